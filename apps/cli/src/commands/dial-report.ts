import { formatDurationUs, writtenPolicy } from '@windlass/dag';
import {
  BEYOND,
  bucketOf,
  neededFor,
  pointAt,
  quantileUs,
  recommend,
  total,
  type Cell,
  type Recommendation,
} from '@windlass/windowing';
import type { Dial, MeasuredCount, MeasuredDelay, Work } from './dial-show.ts';
import { afterEnd, countText, durationText, percentText, tableText } from './dial-text.ts';

/** Delays that are shown: with these shares of windows complete on time, or elements in time. */
const SHOWN_SHARES = [0.5, 0.9, 0.99, 0.999, 0.9999];

/** What the target asks for, from what was measured. */
export const judge = ({ measured, target, of }: Dial): Recommendation => {
  const rest = cellsOf(measured.lateness.window);
  return recommend({ cells: of === 'windows' ? rest : cellsOf(measured.lateness.element), rest, target });
};

/** What `windlass dial show` prints. */
export function describeDial(dial: Dial): string {
  const { windowType, policy, measured, since } = dial;
  const { number, early } = policy;
  const { outOfOrderness, allowedLateness, idleTimeout, onIdle } = writtenPolicy(policy);
  const triggers = early
    ? `every ${[early.everyMs && formatDurationUs(early.everyMs * 1_000), early.count && `${early.count} elements`].filter(Boolean).join(' or ')}`
    : 'none';
  const head =
    `${windowType}: policy ${number}: outOfOrderness ${outOfOrderness}, allowedLateness ${allowedLateness}, early ${triggers}, ` +
    `idleTimeout ${idleTimeout} (${onIdle})\n` +
    `measured over ${since}, since ${new Date(measured.fromUs / 1_000).toISOString().slice(0, 16)}Z` +
    `${measured.history ? ', of history: more than an hour behind the clock' : ''}\n\n`;
  const { elements, panes } = measured;
  if (elements + panes.early + panes.onTime + panes.late === 0)
    return `${head}Nothing was measured. ${measured.history ? 'Without --history: what was live.' : 'A longer --since, or --history, may know more.'}\n`;
  const table = isJudged(measured) ? `${curve(dial)}\n` : '';
  return `${head}${facts(dial)}\n${table}${advice(dial)}`;
}

/** Windows that results open fire at once: no delay makes them complete. */
const isJudged = ({ lateness }: Dial['measured']): boolean => lateness.window.length > 0;

function facts({ measured, work }: Dial): string {
  const { history, elements, dropped, windows, withdrawn, panes, revisions, samples, delays, eventDelays } = measured;
  const rows = [
    [
      'seen',
      `${countText(elements)} elements; ${countText(windows)} windows became final, ${countText(withdrawn)} were withdrawn`,
    ],
    ['too late', `${countText(dropped)} elements came after the allowed lateness`],
    // When history was told is nobody's wait.
    ...(history ? [] : [['first pane', delayText(delays.first)]]),
    ['on time', [...(history ? [] : [delayText(delays.onTime)]), inEventTime(eventDelays.onTime)].join('; ')],
    ['final', [...(history ? [] : [delayText(delays.final)]), inEventTime(eventDelays.final)].join('; ')],
    [
      'samples',
      `${percentText(samples.onTime, samples.final)} of a final window were in its ON_TIME pane, ${percentText(samples.first, samples.final)} in its first`,
    ],
    ['panes', `${countText(panes.early)} EARLY, ${countText(panes.onTime)} ON_TIME, ${countText(panes.late)} LATE`],
    [
      'revisions',
      `${windows === 0 ? '–' : ((revisions.late + revisions.other) / windows).toFixed(3)} a window: ${countText(revisions.late)} for late elements, ${countText(revisions.other)} for what a window follows`,
    ],
    ['work', workText(work)],
  ];
  return rows.map(([name, text]) => `${name!.padEnd(11)} ${text}\n`).join('');
}

const delayText = ({ windows, p50Us, p95Us }: MeasuredDelay): string =>
  windows === 0 ? 'none' : `median ${afterEnd(p50Us)}, 95 % by ${afterEnd(p95Us)}`;

const inEventTime = (delay: MeasuredDelay): string => `in event time ${delayText(delay)}`;

function workText(work: Dial['work']): string {
  if ('unknown' in work) return `not known: ${work.unknown}`;
  const all = summed(work, (algorithm) => algorithm);
  const again = summed(work, (algorithm) => algorithm.again);
  if (all.executions === 0) return 'none';
  const unmeasured = all.unmeasured > 0 ? ` (without ${countText(all.unmeasured)} that were not measured)` : '';
  return (
    `${countText(all.executions)} executions, ${cpuText(all.cpuMs)} of CPU${unmeasured}; again, for revisions: ` +
    `${percentText(again.executions, all.executions)} of executions, ${percentText(again.cpuMs, all.cpuMs)} of CPU`
  );
}

const cpuText = (ms: number): string => (ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`);

type Effort = Work['algorithms'][number]['again'];

const summed = ({ algorithms }: Work, of: (algorithm: Work['algorithms'][number]) => Effort): Effort =>
  algorithms.map(of).reduce(
    (sum, { executions, cpuMs, unmeasured }) => ({
      executions: sum.executions + executions,
      cpuMs: sum.cpuMs + cpuMs,
      unmeasured: sum.unmeasured + unmeasured,
    }),
    { executions: 0, cpuMs: 0, unmeasured: 0 },
  );

function curve(dial: Dial): string {
  const { element, window, revision } = dial.measured.lateness;
  const lateness = { element: cellsOf(element), window: cellsOf(window), revision: cellsOf(revision) };
  const { outOfOrdernessUs } = dial.policy;
  const elements = total(lateness.element);
  const windows = total(lateness.window);
  const revisions = total(lateness.revision);
  const rows = shownDelays(dial, lateness.window, lateness.element).map((delayUs) => {
    const point = pointAt(lateness, delayUs);
    return [
      durationText(delayUs),
      percentText(point.elements, elements),
      percentText(point.windows, windows),
      delayUs < outOfOrdernessUs ? '–' : `${countText(point.spared)} of ${countText(revisions)}`,
      changeText(delayUs - outOfOrdernessUs),
    ];
  });
  return tableText([
    ['outOfOrderness', 'elements in time', 'windows complete', 'revisions spared', 'ON_TIME panes'],
    ...rows,
  ]);
}

const changeText = (us: number): string =>
  us === 0 ? 'as now' : us < 0 ? `${durationText(-us)} sooner` : `${durationText(us)} later`;

function shownDelays(dial: Dial, window: readonly Cell[], element: readonly Cell[]): number[] {
  const recommendation = judge(dial);
  const delays = [
    0,
    dial.policy.outOfOrdernessUs,
    ...[...SHOWN_SHARES, 1].flatMap((share) => [
      quantileUs(withinReach(window), share),
      quantileUs(withinReach(element), share),
    ]),
    recommendation.kind === 'setting' ? recommendation.outOfOrdernessUs : 0,
  ];
  return [...new Set(delays.filter((us) => us !== undefined))].sort((a, b) => a - b);
}

const withinReach = (cells: readonly Cell[]): Cell[] => cells.filter(({ bucket }) => bucket < BEYOND);

function advice(dial: Dial): string {
  const { windowType, policy, measured, target, of } = dial;
  const aim = `${trimmedPercent(target)} % of ${of} ${of === 'windows' ? 'complete' : 'in time'}`;
  if (!isJudged(measured)) return 'Nothing to recommend: no window became final that waits for its elements.\n';
  const found = judge(dial);
  switch (found.kind) {
    case 'too few':
      return (
        `Too little data for ${aim}: ${countText(found.counted)} ${of} were counted, and it takes ${countText(found.needed)} ` +
        `(3 ÷ (1 − target)).\n${lesserTarget(found.counted)}`
      );
    case 'out of reach':
      return `No delay gives ${aim}: up to 30d it is ${percentText(found.share, 1)}. The rest came after a WATERMARK, or later still.\n`;
    case 'setting': {
      const { outOfOrdernessUs, allowedLatenessUs } = found;
      const same = outOfOrdernessUs === policy.outOfOrdernessUs && allowedLatenessUs === policy.allowedLatenessUs;
      return (
        `For ${aim}: outOfOrderness ${durationText(outOfOrdernessUs)} (it would have been ${percentText(found.share, 1)}; ON_TIME panes ` +
        `${changeText(outOfOrdernessUs - policy.outOfOrdernessUs)}); allowedLateness ${durationText(allowedLatenessUs)} takes in the rest${beyond(measured)}` +
        `${same ? '.\nThat is the policy now.\n' : `:\n\n  windlass dial set ${windowType} --out-of-orderness ${durationText(outOfOrdernessUs)} --allowed-lateness ${durationText(allowedLatenessUs)}\n`}`
      );
    }
    default:
      return found satisfies never;
  }
}

function beyond({ lateness }: Dial['measured']): string {
  const never = lateness.window.find(({ upToUs }) => upToUs === null)?.count ?? 0;
  return never > 0 ? `, but for ${countText(never)} that no delay completes` : '';
}

/** The greatest round target that so many can tell of. */
function lesserTarget(counted: number): string {
  const target = [0.999, 0.99, 0.95, 0.9].find((one) => neededFor(one) <= counted);
  return target === undefined ? '' : `They are enough for --target ${trimmedPercent(target)}%.\n`;
}

const trimmedPercent = (share: number): string => String(Number((share * 100).toFixed(6)));

const cellsOf = (counts: readonly MeasuredCount[]): Cell[] =>
  counts.map(({ upToUs, count }) => ({ bucket: upToUs === null ? BEYOND : bucketOf(upToUs), count }));
