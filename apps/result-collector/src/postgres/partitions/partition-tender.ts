import type { Log } from '@windlass/messaging';
import type { DataSource } from 'typeorm';
import {
  dropPartition,
  findPartitions,
  lockPartitions,
  makePartition,
  type FoundPartition,
  type Query,
} from './partition-catalog.ts';
import { rangesToMake, startsAhead, type PartitionWidth } from './partition-ranges.ts';

const DAY_US = 86_400_000_000;
/** A window that was young enough when its batch was taken is written before its partition goes. */
const DROP_MARGIN_US = 3_600_000_000;

export interface PartitionTenderOptions {
  readonly dataSource: DataSource;
  readonly width: PartitionWidth;
  /** 0: everything is kept. */
  readonly retentionDays: number;
  readonly log: Log;
}

export interface Tended {
  /** Undefined: Postgres did not say. */
  readonly partitions?: number;
  readonly dropped: number;
}

/** The start of the oldest window that is kept, when windows that began `retentionDays` ago are not. */
export const oldestKeptUs = (nowUs: number, retentionDays: number): number =>
  retentionDays === 0 ? -Infinity : nowUs - retentionDays * DAY_US;

/** Makes partitions before their time, and drops those of which all is older than the retention. */
export class PartitionTender {
  private readonly options: PartitionTenderOptions;

  constructor(options: PartitionTenderOptions) {
    this.options = options;
  }

  /** Does what is due. Trouble is logged: the next call tries again; what is written meanwhile makes its partition itself. */
  async tend(nowUs: number): Promise<Tended> {
    const { width, retentionDays } = this.options;
    await this.attempt('partitions could not be made ahead', async (query) => {
      const existing = (await findPartitions(query)).map(({ range }) => range);
      for (const range of rangesToMake(startsAhead(nowUs, width), width, existing)) await makePartition(query, range);
    });
    const edgeUs = oldestKeptUs(nowUs, retentionDays) - DROP_MARGIN_US;
    let dropped = 0;
    for (const { suffix } of (await this.partitions()).filter(({ range }) => range.toUs <= edgeUs)) {
      const done = await this.attempt(`partition ${suffix} could not be dropped`, async (query) => {
        await dropPartition(query, suffix);
        await query('DELETE FROM child_bounds WHERE start_us < $1', [Math.floor(edgeUs)]);
      });
      if (!done) continue;
      dropped += 1;
      this.options.log.info({ partition: suffix, retentionDays }, 'windows older than the retention were dropped');
    }
    const left = await this.partitions();
    return { ...(left.length > 0 && { partitions: left.length }), dropped };
  }

  private async partitions(): Promise<FoundPartition[]> {
    try {
      return await findPartitions((sql, parameters) => this.options.dataSource.query(sql, [...(parameters ?? [])]));
    } catch (error) {
      this.options.log.warn({ err: error }, 'partitions could not be listed');
      return [];
    }
  }

  /** Waits only shortly for locks: batches behind this one would wait too. */
  private async attempt(trouble: string, work: (query: Query) => Promise<void>): Promise<boolean> {
    try {
      await this.options.dataSource.transaction(async (manager) => {
        const query: Query = (sql, parameters) => manager.query(sql, [...(parameters ?? [])]);
        await query(`SET LOCAL lock_timeout = '2s'`);
        await lockPartitions(query);
        await work(query);
      });
      return true;
    } catch (error) {
      this.options.log.warn({ err: error }, `${trouble} now; tried again later`);
      return false;
    }
  }
}
