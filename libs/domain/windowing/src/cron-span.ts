import { Cron } from 'croner';
import type { EpochUs, Opening } from '@windlass/dag';
import { fixedHourSpan, hasFixedHours, type Interval } from './fixed-hour.ts';
import { partitionPoint } from './partition-point.ts';
import { US_PER_MS } from './time.ts';

type CronOpening = Extract<Opening, { kind: 'cron' }>;

interface Instants {
  readonly spanAt: (timeUs: EpochUs) => Interval | null;
  /** The last interval asked for: neighbours in time mostly ask for the same. */
  last: Interval | null;
  /** Those asked for before, in order of time: sources are at different times. */
  known: Interval[];
}

/** Intervals that are remembered of one expression. To compute one takes some 100 µs. */
const KNOWN_LIMIT = 1_000;
const SECOND_MS = 1000;
const compiled = new WeakMap<CronOpening, Instants>();

/**
 * The interval between two consecutive instants of the expression that holds `timeUs`; consecutive intervals tile. Fixed hours in a gap
 * of its zone (clocks go forward) come once, at the first instant after, and in an overlap once; wildcard hours follow the clocks:
 * none in a gap, each in an overlap. Null: the expression has no instant on one of the sides.
 */
export function cronSpan(opening: CronOpening, timeUs: EpochUs): Interval | null {
  const instants = instantsOf(opening);
  const { last } = instants;
  if (last && last.startUs <= timeUs && timeUs < last.endUs) return last;
  const at = firstAfter(instants.known, timeUs);
  const known = instants.known[at - 1];
  if (known && timeUs < known.endUs) return (instants.last = known);
  const found = instants.spanAt(timeUs);
  if (!found) return null;
  if (instants.known.length >= KNOWN_LIMIT) instants.known = [found];
  else instants.known.splice(at, 0, found);
  return (instants.last = found);
}

/** Index of the first interval that starts after this time. */
const firstAfter = (intervals: readonly Interval[], timeUs: EpochUs): number =>
  partitionPoint(intervals.length, (i) => intervals[i]!.startUs <= timeUs);

function wildcardHourSpan(cron: Cron, timeUs: EpochUs): Interval | null {
  let start = before(cron, Math.ceil(timeUs / US_PER_MS / SECOND_MS) * SECOND_MS + SECOND_MS);
  while (start !== null && start * US_PER_MS > timeUs) start = before(cron, start);
  if (start === null) return null;
  const end = cron.nextRun(new Date(start));
  if (end === null) return null;
  return { startUs: start * US_PER_MS, endUs: end.getTime() * US_PER_MS };
}

function instantsOf(opening: CronOpening): Instants {
  const known = compiled.get(opening);
  if (known) return known;
  const instants: Instants = { spanAt: spansOf(opening), last: null, known: [] };
  compiled.set(opening, instants);
  return instants;
}

function spansOf({ expression, zone }: CronOpening): Instants['spanAt'] {
  const shown = new Cron(expression, { utcOffset: 0, paused: true });
  // Without the names that croner has for some (@daily).
  if (hasFixedHours(shown.getPattern() ?? expression)) return (timeUs) => fixedHourSpan(shown, zone, timeUs);
  const cron = new Cron(expression, { timezone: zone, paused: true });
  return (timeUs) => wildcardHourSpan(cron, timeUs);
}

function before(cron: Cron, timeMs: number): number | null {
  const [instant] = cron.previousRuns(1, new Date(timeMs));
  return instant ? instant.getTime() : null;
}
