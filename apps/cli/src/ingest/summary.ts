import { formatDurationUs } from '@windlass/dag';
import { timeText } from '@windlass/simulation';
import type { Tally } from './tally.ts';
import { formatCount, formatRows } from './text.ts';

export interface Run {
  readonly name: string;
  readonly tally: Tally;
  /** Of this run; the tally may count an earlier one, too. */
  readonly rows: number;
  readonly seconds: number;
  readonly rejects: { readonly rowsFile: string; readonly reasonsFile: string } | null;
  /** How long after its last row the watermark of each source was sent; null: none was. */
  readonly finishedUs: number | null;
}

/** What was done, for a person. */
export function describeRun({ name, tally, rows, seconds, rejects, finishedUs }: Run): string {
  const earlier = tally.rows - rows;
  const sources = [...tally.sources.keys()];
  const lines = [
    `${name}: ${formatRows(rows)} in ${seconds.toFixed(1)} s (${formatCount(Math.round(rows / Math.max(seconds, 0.001)))} rows/s)`,
    earlier > 0 ? `  resumed    ${formatRows(earlier)} sent before; counts below are of all` : undefined,
    `  signals    ${formatCount(tally.signals)}`,
    tally.rejected > 0
      ? `  rejected   ${formatCount(tally.rejected)}${rejects ? ` in ${rejects.rowsFile}; why: ${rejects.reasonsFile}` : ''}`
      : undefined,
    `  sources    ${formatCount(sources.length)}${sources.length > 0 ? `: ${shownSources(sources)}` : ''}`,
    timeRange(tally),
    tally.behind === null
      ? undefined
      : `  order      rows stand up to ${formatDurationUs(tally.behind.us)} behind (${tally.behind.source}): outOfOrderness or allowedLateness must be as much`,
    tally.identical > 0
      ? `  identical  ${formatRows(tally.identical)} with the id of an earlier one: the hub keeps the first (--identical-rows each keeps all)`
      : undefined,
    finishedUs === null
      ? undefined
      : `  finished   a watermark for each source, ${formatDurationUs(finishedUs)} after its last row`,
  ];
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`;
}

const SHOWN_SOURCES = 5;

function shownSources(sources: readonly string[]): string {
  const rest = sources.length - SHOWN_SOURCES;
  return `${sources.slice(0, SHOWN_SOURCES).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}

function timeRange({ sources }: Tally): string | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const { firstUs, lastUs } of sources.values()) {
    first = Math.min(first, firstUs);
    last = Math.max(last, lastUs);
  }
  return sources.size === 0 ? undefined : `  time       ${timeText(first)} … ${timeText(last)}`;
}
