import { Cron } from 'croner';
import type { EpochUs, Opening } from '@windlass/dag';

type CronOpening = Extract<Opening, { kind: 'cron' }>;

interface Instants {
  readonly cron: Cron;
  /** The last interval asked for: neighbours in time mostly ask for the same. */
  last: { readonly startUs: EpochUs; readonly endUs: EpochUs } | null;
}

const US_PER_MS = 1000;
const SECOND_MS = 1000;
const compiled = new WeakMap<CronOpening, Instants>();

/**
 * The interval between two consecutive instants of the expression that holds `timeUs`; consecutive intervals tile. In its zone, an
 * instant in a gap (clocks go forward) comes once, at the first instant after; in an overlap a fixed hour comes once and a
 * wildcard hour each time. Null: the expression has no instant on one of the sides.
 */
export function cronSpan(opening: CronOpening, timeUs: EpochUs): { startUs: EpochUs; endUs: EpochUs } | null {
  const instants = instantsOf(opening);
  const { last } = instants;
  if (last && last.startUs <= timeUs && timeUs < last.endUs) return last;
  let start = before(instants.cron, Math.ceil(timeUs / US_PER_MS / SECOND_MS) * SECOND_MS + SECOND_MS);
  while (start !== null && start * US_PER_MS > timeUs) start = before(instants.cron, start);
  if (start === null) return null;
  const end = instants.cron.nextRun(new Date(start));
  if (end === null) return null;
  instants.last = { startUs: start * US_PER_MS, endUs: end.getTime() * US_PER_MS };
  return instants.last;
}

function instantsOf(opening: CronOpening): Instants {
  const known = compiled.get(opening);
  if (known) return known;
  const instants: Instants = {
    cron: new Cron(opening.expression, { timezone: opening.zone, paused: true }),
    last: null,
  };
  compiled.set(opening, instants);
  return instants;
}

function before(cron: Cron, timeMs: number): number | null {
  const [instant] = cron.previousRuns(1, new Date(timeMs));
  return instant ? instant.getTime() : null;
}
