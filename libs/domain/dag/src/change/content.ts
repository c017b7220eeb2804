import type { Algorithm, DagRevision, ExpectedAlgorithm, Processor, Ref, SourceKind, WindowType } from '../model.ts';
import { refOf } from '../model.ts';

/** What a revision holds, by name. */
export interface Content {
  readonly windowTypes: ReadonlyMap<Ref, WindowType>;
  readonly processors: ReadonlyMap<string, Processor>;
  readonly algorithms: ReadonlyMap<Ref, Algorithm>;
  readonly expected: ReadonlyMap<Ref, ExpectedAlgorithm>;
  readonly kinds: ReadonlyMap<string, SourceKind>;
}

export const contentOf = ({
  windowTypes,
  processors,
  algorithms,
  expected = [],
  kinds = [],
}: DagRevision): Content => ({
  windowTypes: byName(windowTypes, refOf),
  processors: byName(processors, processorName),
  algorithms: byName(algorithms, refOf),
  expected: byName(expected, expectedName),
  kinds: byName(kinds, kindName),
});

/** The same content is the same revision, in whatever order it came. */
export const revisionWith = (number: number, content: Content): DagRevision => ({
  number,
  windowTypes: sorted(content.windowTypes),
  processors: sorted(content.processors),
  algorithms: sorted(content.algorithms),
  ...(content.expected.size > 0 && { expected: sorted(content.expected) }),
  ...(content.kinds.size > 0 && { kinds: sorted(content.kinds) }),
});

/** The entries of `wanted` beside those of `content`, or in their place. */
export const merged = (content: Content, wanted: Content): Content => ({
  windowTypes: new Map([...content.windowTypes, ...wanted.windowTypes]),
  processors: new Map([...content.processors, ...wanted.processors]),
  algorithms: new Map([...content.algorithms, ...wanted.algorithms]),
  expected: new Map([...content.expected, ...wanted.expected]),
  kinds: new Map([...content.kinds, ...wanted.kinds]),
});

export const processorName = ({ name }: Pick<Processor, 'name'>): string => name;
export const kindName = ({ name }: Pick<SourceKind, 'name'>): string => name;
export const expectedName = ({ algorithm }: Pick<ExpectedAlgorithm, 'algorithm'>): Ref => algorithm;

export const byName = <T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T> =>
  new Map(list.map((one) => [nameOf(one), one]));

const sorted = <T>(map: ReadonlyMap<string, T>): T[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
