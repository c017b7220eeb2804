import type { EpochUs, Source, SourceAttributes, SourceVersion } from '../model.ts';
import { MAX_SOURCE_VERSIONS, sourceAt, versionsOf } from '../source.ts';
import { sameJson } from './equal.ts';
import { groupsInOrderOf } from './order-of-lists.ts';
import type { RegistryState } from './state.ts';

/** What a document says of a source. */
export interface WantedSource {
  readonly name: string;
  readonly attributes: SourceAttributes;
  /** Event time from which on it is so; null: not said, so from now on if it is known already; −Infinity: ever. */
  readonly fromUs: EpochUs | null;
  /** What has no versions. */
  readonly rest: Pick<Source, 'owner' | 'validFromUs' | 'validToUs'>;
}

/**
 * The source after what a document says of it. What holds from a time on takes the place of all that was to hold from then on;
 * what was before stays. Saying what holds already changes nothing.
 */
export function changedSource(
  before: Source | undefined,
  { name, attributes, fromUs, rest }: WantedSource,
  nowUs: EpochUs,
): Source {
  if (!before) return { name, ...attributes, ...rest };
  const isSaid = fromUs !== null;
  if (!isSaid && isSame(attributesOf(sourceAt(before, nowUs)), attributes))
    return { name, ...versions(versionsOf(before)), ...rest };
  const sinceUs = fromUs ?? nowUs;
  const kept = versionsOf(before).filter((version) => (version.fromUs ?? -Infinity) < sinceUs);
  const last = kept.at(-1);
  if (last && isSame(attributesOf(last), attributes)) return { name, ...versions(kept), ...rest };
  return { name, ...versions([...kept, { ...attributes, fromUs: sinceUs }]), ...rest };
}

interface Said {
  readonly sources: ReadonlyMap<string, WantedSource>;
}

export const changedSources = (state: RegistryState, { sources }: Said): Source[] =>
  [...sources.values()].map((one) => changedSource(state.sources.get(one.name), one, state.nowUs ?? -Infinity));

/** Those that are not so already. */
export const otherSources = (state: RegistryState, said: Said): Source[] =>
  changedSources(state, said).filter((source) => !sameJson(source, state.sources.get(source.name)));

/** In whatever order groups are named. */
const isSame = (before: SourceAttributes, now: SourceAttributes): boolean =>
  sameJson(before, groupsInOrderOf(before, now));

/** The last one with those before it: the newest few, the first of which holds ever. */
function versions(all: readonly SourceVersion[]): SourceVersion & Pick<Source, 'earlier'> {
  const recent = all.slice(-MAX_SOURCE_VERSIONS);
  const [first, ...rest] = [attributesOf(recent[0]!), ...recent.slice(1).map(versionOnly)];
  const last = rest.at(-1) ?? first!;
  const earlier = [first!, ...rest].slice(0, -1);
  return earlier.length > 0 ? { ...last, earlier } : last;
}

const versionOnly = (version: SourceVersion): SourceVersion => ({
  ...attributesOf(version),
  ...(version.fromUs !== undefined && { fromUs: version.fromUs }),
});

function attributesOf({ kind, parent, groups, labels, zone }: SourceAttributes): SourceAttributes {
  return {
    kind,
    ...(parent !== undefined && { parent }),
    groups,
    labels,
    ...(zone !== undefined && { zone }),
  };
}
