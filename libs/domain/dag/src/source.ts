import type { Source, SourceSelector } from './model.ts';

/** Kind of a source that sent a signal before anyone declared it. */
export const UNKNOWN_KIND = 'unknown';

export const unknownSource = (name: string): Source => ({ name, kind: UNKNOWN_KIND, groups: [], labels: {} });

/** All given parts must match: the kind, at least one of the groups, every label. An empty selector matches every source. */
export function matches(selector: SourceSelector, source: Source): boolean {
  if (selector.kind !== undefined && selector.kind !== source.kind) return false;
  if (selector.groups && !selector.groups.some((group) => source.groups.includes(group))) return false;
  return Object.entries(selector.labels ?? {}).every(([label, value]) => source.labels[label] === value);
}
