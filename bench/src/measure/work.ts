import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';

/** What the servers have done so far: two pipelines that are compared must have asked for about the same. */
export interface Work {
  readonly commits: number;
  /** Postgres's write-ahead log, MB (10⁶ bytes). */
  readonly walMb: number;
  /** Kafka's record batches, all topics, MB. */
  readonly kafkaMb: number;
}

export async function workOf(pool: pg.Pool, dataDir: string): Promise<Work> {
  const { rows } = await pool.query<{ commits: number; wal: number }>(
    `SELECT xact_commit::float8 AS commits, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal
     FROM pg_stat_database WHERE datname = current_database()`,
  );
  const { commits, wal } = rows[0]!;
  return { commits, walMb: wal / 1e6, kafkaMb: logBytes(join(dataDir, 'kafka')) / 1e6 };
}

export const workBetween = (before: Work, after: Work): Work => ({
  commits: after.commits - before.commits,
  walMb: after.walMb - before.walMb,
  kafkaMb: after.kafkaMb - before.kafkaMb,
});

function logBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith('.log')) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
