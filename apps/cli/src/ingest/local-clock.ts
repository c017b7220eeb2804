import { localInstants, offsetChange, offsetMs, zonedTime } from '../commands/zoned-time.ts';
import { BadCell } from './bad-cell.ts';

/** Which of two instants a local time means when clocks went back over it. */
export type Overlap = 'first' | 'second';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/**
 * From what clocks of a zone show to UTC. Local times are microseconds, as if they were UTC.
 * Rows mostly follow each other in time, so the offset of the last quarter of an hour in which it did not change is kept.
 */
export class LocalClock {
  readonly #zone: string;
  readonly #overlap: Overlap;
  #quarterMs = NaN;
  #offsetUs = 0;

  constructor(zone: string, overlap: Overlap) {
    this.#zone = zone;
    this.#overlap = overlap;
  }

  /** @throws {BadCell} the zone's clocks never show this time. */
  toUtcUs(localUs: number): number {
    const quarterMs = Math.floor(localUs / 1000 / QUARTER_MS) * QUARTER_MS;
    if (quarterMs !== this.#quarterMs && !this.#take(quarterMs)) return this.#search(localUs);
    return localUs - this.#offsetUs;
  }

  /** Whether one offset holds for the whole quarter: then it is kept. */
  #take(quarterMs: number): boolean {
    const ends = [quarterMs, quarterMs + QUARTER_MS].map((ms) => localInstants(this.#zone, ms).instantsMs);
    const [from, to] = ends.map((instants, at) =>
      instants.length === 1 ? quarterMs + at * QUARTER_MS - instants[0]! : NaN,
    );
    if (from !== to) return false;
    this.#quarterMs = quarterMs;
    this.#offsetUs = from! * 1000;
    return true;
  }

  #search(localUs: number): number {
    const wholeMs = Math.floor(localUs / 1_000_000) * 1000;
    const { instantsMs } = localInstants(this.#zone, wholeMs);
    const instantMs = this.#overlap === 'first' ? instantsMs[0] : instantsMs.at(-1);
    if (instantMs === undefined) throw new BadCell(this.#neverShown(wholeMs));
    return instantMs * 1000 + (localUs - wholeMs * 1000);
  }

  #neverShown(localMs: number): string {
    const changeMs = offsetChange(this.#zone, localMs - DAY_MS, localMs + DAY_MS);
    const before = changeMs + offsetMs(this.#zone, changeMs - 1000);
    const { local } = zonedTime(this.#zone, changeMs);
    const { offset } = zonedTime(this.#zone, changeMs - 1000);
    return (
      `${textOf(localMs)} does not exist in ${this.#zone}: clocks went from ${textOf(before)} to ${local} then; ` +
      `if the logger's clock did not, its zone is ${offset}; or write the offset with each time`
    );
  }
}

const textOf = (localMs: number): string => new Date(localMs).toISOString().slice(0, 19);
