import { utcTime } from '@windlass/windowing';
import type { Source, SourceAttributes } from '@windlass/dag';

/** As dag-registry answers. */
export interface ListedSource extends Omit<Source, 'earlier'> {
  readonly declared: boolean;
  readonly firstSeenUs: number | null;
}

export interface SourceHistory {
  readonly versions: readonly (SourceAttributes & { readonly fromUs: number | null; readonly toUs: number | null })[];
  readonly changes: readonly {
    readonly number: number;
    readonly changedBy: string;
    readonly changedAtUs: number;
    readonly source: SourceAttributes & { readonly fromUs?: number };
  }[];
}

/** On one line. */
export function describeSource({ name, owner, declared, firstSeenUs, ...source }: ListedSource): string {
  const parts = [
    ...attributesOf(source),
    ...(owner === undefined ? [] : [`(${owner})`]),
    ...(declared ? [] : ['not declared']),
    ...(firstSeenUs === null ? ['no signal yet'] : declared ? [] : [`since ${utcTime(firstSeenUs)}`]),
  ];
  return `${name.padEnd(24)}  ${parts.join('  ')}`;
}

const attributesOf = ({ kind, parent, groups, labels, zone }: SourceAttributes): string[] => [
  kind,
  ...(parent === undefined ? [] : [`in ${parent}`]),
  ...groups,
  ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
  ...(zone === undefined ? [] : [zone]),
];

/** What it was, then who changed it. */
export function describeHistory(name: string, { versions, changes }: SourceHistory): string {
  const was = versions.map(
    (version) => `  ${span(version.fromUs, version.toUs).padEnd(46)}  ${attributesOf(version).join('  ')}`,
  );
  const made = changes.map(
    ({ number, changedBy, changedAtUs, source }) =>
      `  ${String(number).padStart(4)}  ${utcTime(changedAtUs)}  ${changedBy}: ${attributesOf(source).join('  ')}${source.fromUs === undefined ? '' : `, from ${utcTime(source.fromUs)}`}`,
  );
  const nobody = ['  nobody has declared it'];
  return [
    name,
    ...(was.length > 0 ? was : nobody),
    ...(made.length > 0 ? ['changes, newest first', ...made] : []),
    '',
  ].join('\n');
}

function span(fromUs: number | null, toUs: number | null): string {
  if (fromUs === null) return toUs === null ? 'always' : `until ${utcTime(toUs)}`;
  return toUs === null ? `from ${utcTime(fromUs)}` : `${utcTime(fromUs)} to ${utcTime(toUs)}`;
}
