import type { EpochUs, Source, SourceAttributes, SourceSelector, SourceVersion } from './model.ts';

/** Kind of a source that sent a signal before anyone declared it. */
export const UNKNOWN_KIND = 'unknown';

/** Versions of one source that travel: of more, the oldest are told by its history alone. */
export const MAX_SOURCE_VERSIONS = 16;

/** Sources from one up to what it is part of at last, itself included. */
export const MAX_SOURCE_DEPTH = 8;

export const unknownSource = (name: string): Source => ({ name, kind: UNKNOWN_KIND, groups: [], labels: {} });

/** All given parts must match: the kind, at least one of the groups, every label. An empty selector matches every source. */
export function matches(selector: SourceSelector, source: SourceAttributes): boolean {
  if (selector.kind !== undefined && selector.kind !== source.kind) return false;
  if (selector.groups && !selector.groups.some((group) => source.groups.includes(group))) return false;
  return Object.entries(selector.labels ?? {}).every(([label, value]) => source.labels[label] === value);
}

/** Oldest first; the first one holds ever, the last one for good. */
export const versionsOf = (source: Source): readonly SourceVersion[] =>
  source.earlier ? [...source.earlier, source] : [source];

/** What the source was at this event time. */
export function sourceAt(source: Source, timeUs: EpochUs): SourceVersion {
  const { earlier } = source;
  if (!earlier || timeUs >= (source.fromUs ?? -Infinity)) return source;
  return earlier.findLast(({ fromUs }) => fromUs === undefined || fromUs <= timeUs) ?? earlier[0]!;
}

/** Half-open, in event time; −Infinity: ever, Infinity: for good. */
export interface SourceStretch {
  readonly fromUs: EpochUs;
  readonly toUs: EpochUs;
}

/** When a claim about a source holds, as stretches in order that do not touch; null: always. */
export function stretchesOf(
  source: Source,
  holds: (attributes: SourceAttributes) => boolean,
): readonly SourceStretch[] | null {
  if (!source.earlier) return holds(source) ? null : NEVER_MEANT;
  const versions = versionsOf(source);
  const stretches: { fromUs: EpochUs; toUs: EpochUs }[] = [];
  versions.forEach((version, i) => {
    if (!holds(version)) return;
    const fromUs = i === 0 ? -Infinity : version.fromUs!;
    const toUs = versions[i + 1]?.fromUs ?? Infinity;
    const last = stretches.at(-1);
    if (last && last.toUs === fromUs) last.toUs = toUs;
    else stretches.push({ fromUs, toUs });
  });
  const [first] = stretches;
  return first && first.fromUs === -Infinity && first.toUs === Infinity ? null : stretches;
}

const NEVER_MEANT: readonly SourceStretch[] = [];

export const isWithin = (stretches: readonly SourceStretch[] | null, timeUs: EpochUs): boolean =>
  stretches === null || stretches.some(({ fromUs, toUs }) => fromUs <= timeUs && timeUs < toUs);
