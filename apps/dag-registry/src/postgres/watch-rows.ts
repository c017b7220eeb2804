import type { Watched } from '../processor-watch.ts';

/** Whatever runs statements: a transaction, or the data source. */
export interface Runner {
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/** Field, column and type; integers of 64 bits come as text. */
const COLUMNS = [
  ['processor', 'processor', 'text'],
  ['owner', 'owner', 'text'],
  ['knownSinceUs', 'known_since_us', 'bigint'],
  ['silentSinceUs', 'silent_since_us', 'bigint'],
  ['growingSinceUs', 'growing_since_us', 'bigint'],
  ['lag', 'lag', 'bigint'],
  ['lagAtUs', 'lag_at_us', 'bigint'],
  ['baseLag', 'base_lag', 'bigint'],
  ['baseUs', 'base_us', 'bigint'],
  ['peakLag', 'peak_lag', 'bigint'],
  ['peakUs', 'peak_us', 'bigint'],
] as const satisfies readonly (readonly [keyof Watched, string, string])[];

const names = COLUMNS.map(([, column]) => column).join(', ');
const selectSql = `SELECT ${COLUMNS.map(([field, column]) => `${column} AS "${field}"`).join(', ')} FROM processor_watch ORDER BY processor`;
const upsertSql = `
  INSERT INTO processor_watch (${names})
  SELECT ${COLUMNS.map(([field, , type]) => `(row ->> '${field}')::${type}`).join(', ')} FROM jsonb_array_elements($1::jsonb) AS row
  ON CONFLICT (processor) DO UPDATE SET ${COLUMNS.slice(1)
    .map(([, column]) => `${column} = excluded.${column}`)
    .join(', ')}`;
const deleteSql = 'DELETE FROM processor_watch WHERE processor = ANY ($1::text[])';

export async function readWatched(runner: Runner): Promise<Watched[]> {
  const rows = await runner.query<Record<string, string | null>>(selectSql, []);
  return rows.map((row) => {
    const fields = COLUMNS.map(([field, , type]) => {
      const value = row[field] ?? null;
      return [field, type === 'text' || value === null ? value : Number(value)] as const;
    });
    return Object.fromEntries(fields) as unknown as Watched;
  });
}

export async function writeWatched(
  runner: Runner,
  { changed, gone }: { readonly changed: readonly Watched[]; readonly gone: readonly string[] },
): Promise<void> {
  if (gone.length > 0) await runner.query(deleteSql, [gone]);
  if (changed.length > 0) await runner.query(upsertSql, [JSON.stringify(changed)]);
}
