import type { Log } from '@windlass/messaging';
import type { DataSource } from 'typeorm';

const DAY_US = 86_400_000_000;
const HOUR_US = 3_600_000_000;

/** Days ahead of today that have their partition already: a service may stand still over one night. */
const DAYS_AHEAD = 2;

const TABLES = ['window_journal', 'drop_journal'] as const;

/** One instance of the service at a time; any number that others of this schema do not use. */
const LOCK = 4101_1764;

export interface JournalPartitionsOptions {
  readonly dataSource: DataSource;
  /** 0: no journal is written; what there is is dropped. */
  readonly retentionHours: number;
  readonly log: Log;
}

/** The journal's partitions, a day each, UTC: made before their day, dropped when their last entry is older than the retention. */
export class JournalPartitions {
  private readonly dataSource: DataSource;
  private readonly retentionHours: number;
  private readonly log: Log;

  constructor({ dataSource, retentionHours, log }: JournalPartitionsOptions) {
    this.dataSource = dataSource;
    this.retentionHours = retentionHours;
    this.log = log;
  }

  /** Does what is due. Trouble is logged: the next call tries again, and until then the default partition takes what comes. */
  async tend(nowUs: number): Promise<void> {
    const today = Math.floor(nowUs / DAY_US);
    const edgeUs = nowUs - this.retentionHours * HOUR_US;
    const wanted = this.retentionHours > 0 ? Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => today + i) : [];
    for (const table of TABLES) {
      const days = await this.daysOf(table).catch((error: unknown) => this.tell(error, `partitions of ${table}`));
      if (!days) continue;
      for (const day of wanted.filter((one) => !days.includes(one))) await this.attempt(createSql(table, day));
      for (const day of days.filter((one) => (one + 1) * DAY_US <= edgeUs)) await this.attempt(dropSql(table, day));
      await this.attempt(`DELETE FROM ${table}_default WHERE at_us < ${Math.floor(edgeUs)}`);
    }
  }

  private async daysOf(table: string): Promise<number[]> {
    const rows: { name: string }[] = await this.dataSource.query(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass`,
      [table],
    );
    return rows.flatMap(({ name }) => {
      const day = /_d(\d+)$/.exec(name)?.[1];
      return day === undefined ? [] : Number(day);
    });
  }

  /** Waits only shortly for the lock that a batch in the middle of its transaction holds: batches behind this one would wait too. */
  private async attempt(statement: string): Promise<void> {
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL lock_timeout = '2s'`);
        await manager.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
        await manager.query(statement);
      });
    } catch (error) {
      this.tell(error, statement);
    }
  }

  private tell(error: unknown, statement: string): void {
    this.log.warn(
      { err: error, statement },
      'the partitions of the journal could not be tended now; tried again later',
    );
  }
}

const nameOf = (table: string, day: number): string => `${table}_d${day}`;

const createSql = (table: string, day: number): string =>
  `CREATE TABLE IF NOT EXISTS ${nameOf(table, day)} PARTITION OF ${table} FOR VALUES FROM (${day * DAY_US}) TO (${(day + 1) * DAY_US})`;

const dropSql = (table: string, day: number): string => `DROP TABLE IF EXISTS ${nameOf(table, day)}`;
