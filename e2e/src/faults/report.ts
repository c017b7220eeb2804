import { quantile } from './quantile.ts';
import type { Report } from './run.ts';

const HEAD = [
  'scenario',
  'windows',
  's',
  'injected',
  'lost',
  'duplicated',
  'stuck',
  'stale',
  'recovery p50 / max',
  'p99',
  '',
];

/** A row for each scenario. */
export function table(reports: readonly Report[]): string {
  const rows = [HEAD, ...reports.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ name, windows, seconds, injected, findings, slowdown, broken }: Report): string[] {
  const { lost, duplicated, stuck, stale } = findings;
  const counts = [lost, duplicated, stuck, stale].map(({ length }) => String(length));
  const times = (injected.recoveries ?? []).map(({ ms }) => ms / 1000);
  const recovery = times.length === 0 ? '' : `${quantile(times, 0.5).toFixed(1)} / ${Math.max(...times).toFixed(1)} s`;
  const p99 = slowdown === undefined ? '' : `${slowdown.toFixed(2)}x (≤ ${injected.beside!.atMost})`;
  const verdict = broken.length === 0 ? 'holds' : 'BROKEN';
  return [name, String(windows), seconds.toFixed(0), injected.what, ...counts, recovery, p99, verdict];
}

/** The first of what does not hold. */
export const complaints = ({ name, broken }: Report, limit = 10): string =>
  broken
    .slice(0, limit)
    .map((line) => `  ${name}: ${line}`)
    .join('\n') + (broken.length > limit ? `\n  ${name}: and ${broken.length - limit} more` : '');
