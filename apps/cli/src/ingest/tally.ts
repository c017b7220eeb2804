import { z } from 'zod';
import { RecentIds } from './recent-ids.ts';
import type { SignalJson } from './signal-row.ts';

/** What was sent of one source. */
export interface SourceTally {
  signals: number;
  firstUs: number;
  lastUs: number;
}

const sourceTally = z.tuple([z.int(), z.int(), z.int()]);

/** As it is kept in a state file. */
export const tallyJson = z.object({
  rows: z.int(),
  signals: z.int(),
  rejected: z.int(),
  identical: z.int(),
  behind: z.object({ us: z.int(), source: z.string() }).nullable(),
  sources: z.record(z.string(), sourceTally),
});
export type TallyJson = z.infer<typeof tallyJson>;

/** Counts what became of the rows. Its memory grows with the sources, not with the rows. */
export class Tally {
  rows = 0;
  signals = 0;
  rejected = 0;
  /** Signals whose id came lately already. */
  identical = 0;
  /** How far a row stood behind an earlier one of its source, at most; null: all were in order. */
  behind: { us: number; source: string } | null = null;
  readonly sources = new Map<string, SourceTally>();
  readonly #ids = new RecentIds();

  static of(json: TallyJson | null): Tally {
    const tally = new Tally();
    if (json === null) return tally;
    const { sources, ...counts } = json;
    Object.assign(tally, counts);
    for (const [source, [signals, firstUs, lastUs]] of Object.entries(sources))
      tally.sources.set(source, { signals, firstUs, lastUs });
    return tally;
  }

  sent({ source, id, eventTime }: SignalJson): void {
    this.rows++;
    this.signals++;
    if (this.#ids.meets(`${source}\n${id}`)) this.identical++;
    const known = this.sources.get(source);
    if (known === undefined) {
      this.sources.set(source, { signals: 1, firstUs: eventTime, lastUs: eventTime });
      return;
    }
    known.signals++;
    if (eventTime < known.firstUs) known.firstUs = eventTime;
    if (eventTime > known.lastUs) known.lastUs = eventTime;
    else if (known.lastUs - eventTime > (this.behind?.us ?? 0)) this.behind = { us: known.lastUs - eventTime, source };
  }

  refused(): void {
    this.rows++;
    this.rejected++;
  }

  toJSON(): TallyJson {
    const { rows, signals, rejected, identical, behind, sources } = this;
    const kept = [...sources].map(([name, { signals: of, firstUs, lastUs }]) => [name, [of, firstUs, lastUs]] as const);
    return { rows, signals, rejected, identical, behind, sources: Object.fromEntries(kept) as TallyJson['sources'] };
  }
}
