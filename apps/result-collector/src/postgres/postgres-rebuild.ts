import type { DataSource } from 'typeorm';
import { partitionedTables } from './partitions/partition-catalog.ts';

/** How long the batches under way are waited for. */
const LOCK_WAIT = '30s';

/**
 * Empties the store, and forgets how far the topics were read: whoever owns a partition now, or takes it, reads them from their
 * beginning. All in one transaction: a batch of before either is gone with the rest, or is refused by its epoch. What people said stays.
 */
export class PostgresRebuild {
  private readonly dataSource: DataSource;
  private readonly stage: string;

  constructor(dataSource: DataSource, stage: string) {
    this.dataSource = dataSource;
    this.stage = stage;
  }

  async begin(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '${LOCK_WAIT}'`);
      // First: batches hold these before they hold their row of stage_partition.
      await manager.query(`TRUNCATE ${[...partitionedTables, 'child_bounds'].join(', ')}`);
      await manager.query('UPDATE stage_partition SET epoch = epoch + 1 WHERE stage = $1', [this.stage]);
      await manager.query('DELETE FROM stage_position WHERE stage = $1', [this.stage]);
      await manager.query('UPDATE store_identity SET id = gen_random_uuid(), made_at = now()');
    });
  }

  /** By partition. */
  async epochs(): Promise<ReadonlyMap<number, bigint>> {
    const rows = await this.dataSource.query<{ partition: number; epoch: string }[]>(
      'SELECT partition, epoch FROM stage_partition WHERE stage = $1',
      [this.stage],
    );
    return new Map(rows.map(({ partition, epoch }) => [partition, BigInt(epoch)]));
  }
}
