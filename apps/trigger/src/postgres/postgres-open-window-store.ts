import type { StageTransaction } from '@windlass/messaging';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import { openWindowsOf, type WindowCounts } from '../open-windows.ts';
import type { OpenWindowReader, OpenWindowStore } from '../ports.ts';
import { unpackState } from './source-state.codec.ts';

const readCounts = `SELECT counts FROM open_windows WHERE partition = $1 AND partitions = $2`;

const writeCounts = `
  INSERT INTO open_windows (partition, partitions, counts) VALUES ($1, $2, $3)
  ON CONFLICT (partition) DO UPDATE SET partitions = excluded.partitions, counts = excluded.counts`;

const nextStates = `
  SELECT slot, source, state FROM source_states
  WHERE slot % $1::int = $2::int AND (slot, source) > ($3, $4) ORDER BY slot, source LIMIT $5`;

const sumCounts = `
  SELECT key, sum(value::integer) AS sum FROM open_windows, jsonb_each_text(counts) WHERE partitions = $1 GROUP BY key`;

const STATES_PER_PAGE = 500;

/** One row for each partition, which is part of its batches' transactions. */
export class PostgresOpenWindowStore implements OpenWindowStore, OpenWindowReader {
  private readonly dataSource: DataSource;
  private readonly partitions: number;

  constructor(dataSource: DataSource, { partitions }: { readonly partitions: number }) {
    this.dataSource = dataSource;
    this.partitions = partitions;
  }

  async load(partition: number): Promise<WindowCounts> {
    try {
      const [row] = await this.dataSource.query<{ counts: Record<string, number> }[]>(readCounts, [
        partition,
        this.partitions,
      ]);
      return row ? new Map(Object.entries(row.counts)) : await this.counted(partition);
    } catch (error) {
      throw storeError(error);
    }
  }

  async counts(): Promise<WindowCounts> {
    try {
      const rows = await this.dataSource.query<{ key: string; sum: string }[]>(sumCounts, [this.partitions]);
      return new Map(rows.map(({ key, sum }) => [key, Number(sum)]));
    } catch (error) {
      throw storeError(error);
    }
  }

  async write(tx: StageTransaction, partition: number, counts: WindowCounts): Promise<void> {
    const some = [...counts].filter(([, count]) => count !== 0);
    await tx.query(writeCounts, [partition, this.partitions, JSON.stringify(Object.fromEntries(some))]);
  }

  /** Nobody has counted yet with so many partitions: looks at every source, once. */
  private async counted(partition: number): Promise<WindowCounts> {
    const counts = new Map<string, number>();
    let after = { slot: -1, source: '' };
    for (;;) {
      const rows = await this.dataSource.query<{ slot: number; source: string; state: Buffer }[]>(nextStates, [
        this.partitions,
        partition,
        after.slot,
        after.source,
        STATES_PER_PAGE,
      ]);
      for (const { state } of rows)
        for (const [ref, count] of openWindowsOf(unpackState(state))) counts.set(ref, (counts.get(ref) ?? 0) + count);
      const last = rows.at(-1);
      if (!last || rows.length < STATES_PER_PAGE) return counts;
      after = last;
    }
  }
}
