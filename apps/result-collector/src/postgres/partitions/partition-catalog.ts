import { rangeOfBounds, suffixOf, type PartitionRange } from './partition-ranges.ts';

/** Tables of what is known. All have the same partitions. */
export const partitionedTables = ['windows', 'window_changes', 'panes', 'outcomes', 'withdrawals'] as const;

/** One transaction at a time makes or drops partitions, of any instance: a number that others of this schema do not use. */
const LOCK = 4103_1764;

export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

export interface FoundPartition {
  readonly range: PartitionRange;
  readonly suffix: string;
}

export const lockPartitions = (query: Query): Promise<unknown> => query('SELECT pg_advisory_xact_lock($1)', [LOCK]);

/** As the catalog has them, by the last table that is made. */
export async function findPartitions(query: Query): Promise<FoundPartition[]> {
  const rows = await query<{ name: string; bounds: string }>(
    `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass`,
    [LAST],
  );
  return rows.flatMap(({ name, bounds }) => {
    const range = rangeOfBounds(bounds);
    return range ? [{ range, suffix: name.slice(LAST.length + 1) }] : [];
  });
}

const LAST = partitionedTables[partitionedTables.length - 1]!;

/** Makes one partition of each table. */
export async function makePartition(query: Query, range: PartitionRange): Promise<void> {
  const bound = (us: number): number | null => (Number.isFinite(us) ? us : null);
  await query('SELECT make_partition($1, $2, $3)', [suffixOf(range), bound(range.fromUs), bound(range.toUs)]);
}

/** Waits for those who read it, at most as long as the transaction's `lock_timeout`. */
export async function dropPartition(query: Query, suffix: string): Promise<void> {
  for (const table of partitionedTables) await query(`DROP TABLE IF EXISTS ${table}_${suffix}`);
}
