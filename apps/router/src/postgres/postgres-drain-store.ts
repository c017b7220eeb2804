import type { StageTransaction } from '@windlass/messaging';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { Drain, DrainStore } from '../ports.ts';

/** Partitions of what is being drained, a row each. */
export class PostgresDrainStore implements DrainStore {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async emptied(
    tx: StageTransaction,
    { queue, number, partition, partitions }: Drain & { readonly partition: number; readonly partitions: number },
  ): Promise<boolean> {
    // One at a time, or the last two would not see each other.
    await tx.query(lockSql);
    const isNews = await tx.query(emptiedSql, [queue, partition, number]);
    if (isNews.length === 0) return false;
    const [row] = await tx.query<{ count: string }>(countSql, [queue, number]);
    return Number(row!.count) === partitions;
  }

  async drained(drains: readonly Drain[], partitions: number): Promise<readonly Drain[]> {
    if (drains.length === 0) return [];
    try {
      const rows: Drain[] = await this.dataSource.query(drainedSql, [
        drains.map(({ queue }) => queue),
        drains.map(({ number }) => number),
        partitions,
      ]);
      return rows;
    } catch (error) {
      throw storeError(error);
    }
  }
}

const lockSql = `SELECT pg_advisory_xact_lock(hashtextextended('windlass.router.drained', 0))`;

const emptiedSql = `
  INSERT INTO drained_partition AS d (processor, partition, number) VALUES ($1, $2, $3)
  ON CONFLICT (processor, partition) DO UPDATE SET number = excluded.number WHERE d.number < excluded.number
  RETURNING partition`;

const countSql = 'SELECT count(*) FROM drained_partition WHERE processor = $1 AND number = $2';

const drainedSql = `
  SELECT processor AS queue, number FROM unnest($1::text[], $2::integer[]) AS wanted (processor, number)
  JOIN drained_partition AS d USING (processor, number)
  GROUP BY processor, number HAVING count(*) = $3`;
