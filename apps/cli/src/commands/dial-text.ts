import { formatDurationUs } from '@windlass/dag';

/** `550ms`, `1.2s`, `1h30m`: as people read it, and as `dial set` takes it; rounded up. Negative: with a minus sign. */
export function durationText(us: number): string {
  if (us < 0) return `-${durationText(-us)}`;
  if (us < 1_000) return formatDurationUs(us);
  if (us < 1_000_000) return `${trimmed(us / 1_000)}ms`;
  if (us < 60_000_000) return `${trimmed(us / 1_000_000)}s`;
  let rest = Math.ceil(us / 1_000_000);
  let text = '';
  for (const [unit, seconds] of UNITS) {
    const amount = Math.floor(rest / seconds);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * seconds;
  }
  return text;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

const trimmed = (value: number): string => String(Math.ceil(value * 1_000 - 1e-6) / 1_000);

/** When, as seen from the end of a window; negative durations are before it. */
export const afterEnd = (us: number | null): string => {
  if (us === null) return 'over 30d after the end';
  return us < 0 ? `${durationText(-us)} before the end` : `${durationText(us)} after the end`;
};

/** A share as it is, rounded down, so that nothing incomplete reads as 100 %. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  return `${(Math.floor(share * 1_000 + 1e-6) / 1_000).toFixed(share >= 99 && share < 100 ? 3 : 1).replace(/^100\.0$/, '100')} %`;
}

export const countText = (count: number): string => count.toLocaleString('en-US');

/** Rows below a head, cells aligned to the right but for the last column. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join('');
}
