import { type DagDifference, LISTS } from '../difference.ts';
import type { Algorithm, DagRevision, ExpectedAlgorithm, Processor, Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { sameJson } from './equal.ts';

/** What a revision holds, by name. */
export interface Content {
  readonly windowTypes: ReadonlyMap<Ref, WindowType>;
  readonly processors: ReadonlyMap<string, Processor>;
  readonly algorithms: ReadonlyMap<Ref, Algorithm>;
  readonly expected: ReadonlyMap<Ref, ExpectedAlgorithm>;
}

const contents = new WeakMap<DagRevision, Content>();

/** Made once for each revision. */
export function contentOf(revision: DagRevision): Content {
  let content = contents.get(revision);
  if (!content) {
    const { windowTypes, processors, algorithms, expected = [] } = revision;
    content = {
      windowTypes: byName(windowTypes, refOf),
      processors: byName(processors, processorName),
      algorithms: byName(algorithms, refOf),
      expected: byName(expected, expectedName),
    };
    contents.set(revision, content);
  }
  return content;
}

/** What leads from a revision to this content. The same content is the same revision, in whatever order it came. */
export function differenceTo(revision: DagRevision, content: Content): DagDifference {
  const before = contentOf(revision);
  const put = LISTS.map((list) => [list, putInto<unknown>(before[list], content[list])] as const);
  const removed = LISTS.map((list) => [list, removedFrom(before[list], content[list])] as const);
  return {
    number: revision.number + 1,
    base: revision.number,
    put: Object.fromEntries(put.filter(([, some]) => some.length > 0)),
    removed: Object.fromEntries(removed.filter(([, some]) => some.length > 0)),
  };
}

function putInto<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): T[] {
  const put: [string, T][] = [];
  for (const entry of now) {
    const was = before.get(entry[0]);
    if (was !== entry[1] && !sameJson(was, entry[1])) put.push(entry);
  }
  return put.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function removedFrom(before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter((name) => !now.has(name)).sort();
}

/** The entries of `wanted` beside those of `content`, or in their place. */
export const merged = (content: Content, wanted: Content): Content => ({
  windowTypes: withThose(content.windowTypes, wanted.windowTypes),
  processors: withThose(content.processors, wanted.processors),
  algorithms: withThose(content.algorithms, wanted.algorithms),
  expected: withThose(content.expected, wanted.expected),
});

/** With these in the place of those of the same names. */
export function withThose<T>(all: ReadonlyMap<string, T>, those: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (those.size === 0) return all;
  const now = new Map(all);
  for (const [name, one] of those) now.set(name, one);
  return now;
}

export const processorName = ({ name }: Pick<Processor, 'name'>): string => name;
export const expectedName = ({ algorithm }: Pick<ExpectedAlgorithm, 'algorithm'>): Ref => algorithm;

export const byName = <T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T> =>
  new Map(list.map((one) => [nameOf(one), one]));
