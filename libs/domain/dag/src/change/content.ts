import { type DagDifference, type List, LISTS } from '../difference.ts';
import type { Algorithm, DagRevision, ExpectedAlgorithm, Processor, Ref, SourceKind, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { VersionIndex } from '../versions/version-index.ts';
import { sameJson } from './equal.ts';

/** What a revision holds, by name. */
export interface Content {
  readonly windowTypes: ReadonlyMap<Ref, WindowType>;
  readonly processors: ReadonlyMap<string, Processor>;
  readonly algorithms: ReadonlyMap<Ref, Algorithm>;
  readonly expected: ReadonlyMap<Ref, ExpectedAlgorithm>;
  readonly kinds: ReadonlyMap<string, SourceKind>;
}

const contents = new WeakMap<DagRevision, Content>();

/** Made once for each revision. */
export function contentOf(revision: DagRevision): Content {
  let content = contents.get(revision);
  if (!content) {
    const { windowTypes, processors, algorithms, expected = [], kinds = [] } = revision;
    content = {
      windowTypes: byName(windowTypes, refOf),
      processors: byName(processors, processorName),
      algorithms: byName(algorithms, refOf),
      expected: byName(expected, expectedName),
      kinds: byName(kinds, kindName),
    };
    contents.set(revision, content);
  }
  return content;
}

/** Tells that this is what the revision holds, so that it is not worked out again. */
export const keepContent = (revision: DagRevision, content: Content): void => void contents.set(revision, content);

/** What leads from a revision to this content. The same content is the same revision, in whatever order it came. */
export function differenceTo(revision: DagRevision, content: Content): DagDifference {
  const before = contentOf(revision);
  const put: Partial<Record<List, unknown[]>> = {};
  const removed: Partial<Record<List, string[]>> = {};
  for (const list of LISTS) {
    const names = otherIn<unknown>(before[list], content[list]).sort();
    const gone = removedFrom(before[list], content[list], names);
    if (names.length > 0) put[list] = names.map((name) => content[list].get(name));
    if (gone.length > 0) removed[list] = gone;
  }
  return { number: revision.number + 1, base: revision.number, put: put as DagDifference['put'], removed };
}

/** Names of what is new, or other than before. */
export function otherIn<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): string[] {
  const names: string[] = [];
  if (before !== now)
    for (const [name, one] of now) {
      const was = before.get(name);
      if (was !== one && !sameJson(was, one)) names.push(name);
    }
  return names;
}

/** @param other what `otherIn` found */
export function removedFrom(
  before: ReadonlyMap<string, unknown>,
  now: ReadonlyMap<string, unknown>,
  other: readonly string[],
): string[] {
  const added = other.reduce((sum, name) => (before.has(name) ? sum : sum + 1), 0);
  return now.size === before.size + added ? [] : [...before.keys()].filter((name) => !now.has(name)).sort();
}

/** The entries of `wanted` beside those of `content`, or in their place. */
export const merged = (content: Content, wanted: Content): Content => ({
  windowTypes: withThose(content.windowTypes, wanted.windowTypes),
  processors: withThose(content.processors, wanted.processors),
  algorithms: withThose(content.algorithms, wanted.algorithms),
  expected: withThose(content.expected, wanted.expected),
  kinds: withThose(content.kinds, wanted.kinds),
});

/** With these in the place of those of the same names. */
export function withThose<T>(all: ReadonlyMap<string, T>, those: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (those.size === 0) return all;
  const now = new Map(all);
  for (const [name, one] of those) now.set(name, one);
  const known = indexes.get(all);
  if (known) indexes.set(now, known.with(those.keys()));
  return now;
}

const indexes = new WeakMap<ReadonlyMap<Ref, unknown>, VersionIndex>();

/** Versions of what a content holds; made once, and carried on by `withThose`, because revisions share what stays as it was. */
export function versionsIn(content: ReadonlyMap<Ref, unknown>): VersionIndex {
  let index = indexes.get(content);
  if (!index) indexes.set(content, (index = new VersionIndex(content.keys())));
  return index;
}

export const processorName = ({ name }: Pick<Processor, 'name'>): string => name;
export const kindName = ({ name }: Pick<SourceKind, 'name'>): string => name;
export const expectedName = ({ algorithm }: Pick<ExpectedAlgorithm, 'algorithm'>): Ref => algorithm;

export function byName<T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const one of list) map.set(nameOf(one), one);
  return map;
}
