import { slotOf } from '@windlass/contracts';
import type { KeptSignal } from '@windlass/windowing';
import type { DataSource } from 'typeorm';
import type { KeptQuery, KeptReader } from '../ports.ts';
import { unpackKeptSignal } from './kept-signal.codec.ts';

/** The primary key leads to the event time; ids of one instant are put in order by their bytes, whatever the database collates. */
const page = `
  SELECT signal FROM kept_signals
  WHERE slot = $1 AND source = $2 AND event_time_us >= $3 AND event_time_us < $4
    AND (event_time_us > $5 OR (event_time_us = $5 AND id COLLATE "C" > $6))
  ORDER BY event_time_us, id COLLATE "C" LIMIT $7`;

const first = `
  SELECT signal FROM kept_signals
  WHERE slot = $1 AND source = $2 AND event_time_us >= $3 AND event_time_us < $4
  ORDER BY event_time_us, id COLLATE "C" LIMIT $5`;

/** Kept signals as they were last committed. */
export class PostgresKeptReader implements KeptReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async kept({ source, fromUs, toUs, after, limit }: KeptQuery): Promise<KeptSignal[]> {
    const slot = slotOf(source);
    const rows: { signal: Buffer }[] = after
      ? await this.dataSource.query(page, [slot, source, after.eventTimeUs, toUs, after.eventTimeUs, after.id, limit])
      : await this.dataSource.query(first, [slot, source, fromUs, toUs, limit]);
    return rows.map(({ signal }) => unpackKeptSignal(signal));
  }
}
