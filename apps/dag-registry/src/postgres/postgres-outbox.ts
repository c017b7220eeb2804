import { storeError } from '@windlass/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import type { EntryOutbox, StampedEntry } from '../ports.ts';

/** A batch ends behind the entry that reaches this: a revision may have some MiB. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** The entries' own table is the outbox. */
export class PostgresOutbox implements EntryOutbox {
  private readonly dataSource: DataSource;
  /** Handed on, but not known to be written. */
  private doubtful: readonly StampedEntry[] = [];

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async publishNext(limit: number, publish: (entries: readonly StampedEntry[]) => Promise<void>): Promise<boolean> {
    let entries: readonly StampedEntry[] = this.doubtful;
    try {
      await this.retract();
      entries = [];
      await this.dataSource.transaction(async (tx) => {
        await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('windlass.dag_registry.outbox', 0))");
        entries = await readUnpublished(tx, limit);
        if (entries.length === 0) return;
        await publish(entries);
        await tx.query(
          `UPDATE registry_entry AS e SET published = true FROM unnest($1::text[], $2::text[], $3::int[]) AS sent (kind, name, number)
           WHERE e.kind = sent.kind AND e.name = sent.name AND e.number = sent.number`,
          columnsOf(entries),
        );
      });
      return entries.length === limit || bytesOf(entries) >= BATCH_BYTES;
    } catch (error) {
      // Whether they were written, and behind whose, is unknown.
      this.doubtful = entries;
      throw storeError(error);
    }
  }

  async countUnpublished(): Promise<number> {
    try {
      const rows: { count: string }[] = await this.dataSource.query(
        'SELECT count(*) FROM registry_entry WHERE NOT published',
      );
      return Number(rows[0]!.count);
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Of entities whose entries may have been written after newer ones, what holds is published again. */
  private async retract(): Promise<void> {
    if (this.doubtful.length === 0) return;
    const [kinds, names] = columnsOf(this.doubtful);
    await this.dataSource.query(
      `UPDATE registry_entry AS e SET published = false FROM (
         SELECT kind, name, max(number) AS number FROM registry_entry
         WHERE (kind, name) IN (SELECT * FROM unnest($1::text[], $2::text[])) GROUP BY kind, name
       ) AS latest WHERE e.kind = latest.kind AND e.name = latest.name AND e.number = latest.number`,
      [kinds, names],
    );
    this.doubtful = [];
  }
}

interface EntryRow {
  readonly kind: StampedEntry['kind'];
  readonly name: string;
  readonly number: number;
  readonly body: string;
  readonly changed_by: string;
  readonly changed_at_us: string;
}

async function readUnpublished(runner: Pick<EntityManager, 'query'>, limit: number): Promise<readonly StampedEntry[]> {
  const rows: EntryRow[] = await runner.query(
    `SELECT kind, name, number, body, changed_by, changed_at_us FROM (
       SELECT seq, kind, name, number, body::text AS body, changed_by, changed_at_us,
              sum(octet_length(body::text)) OVER (ORDER BY seq) - octet_length(body::text) AS bytes_before
       FROM (SELECT * FROM registry_entry WHERE NOT published ORDER BY seq LIMIT $1) AS next
     ) AS sized WHERE bytes_before < $2 ORDER BY seq`,
    [limit, BATCH_BYTES],
  );
  return rows.map(({ changed_by, changed_at_us, ...entry }) => ({
    ...entry,
    changedBy: changed_by,
    changedAtUs: Number(changed_at_us),
  }));
}

const bytesOf = (entries: readonly StampedEntry[]): number =>
  entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);

const columnsOf = (entries: readonly StampedEntry[]): unknown[] => [
  entries.map(({ kind }) => kind),
  entries.map(({ name }) => name),
  entries.map(({ number }) => number),
];
