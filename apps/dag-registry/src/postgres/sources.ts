import type { RegistryState, Source } from '@windlass/dag';
import type { KnownSource, SourceChange, SourcePage, SourceQuery } from '../ports.ts';
import { select, type Runner } from './select.ts';

/** The declared ones of these sources, and of those that they are part of; and which of the names are groups. */
export async function readSources(runner: Runner, names: readonly string[]): Promise<RegistryState['sources']> {
  if (names.length === 0) return new Map();
  const rows = await select<{ name: string; body: Source }>(
    runner,
    `WITH RECURSIVE up (name) AS (
       SELECT unnest($1::text[]) COLLATE "C"
       UNION SELECT s.parent FROM up JOIN source AS s ON s.name = up.name WHERE s.parent IS NOT NULL
     ) SELECT s.name, s.body FROM up JOIN source AS s ON s.name = up.name WHERE s.body IS NOT NULL`,
    [names],
  );
  const declared = new Map(rows.map(({ name, body }) => [name, body]));
  const groups = await groupsAmong(runner, names);
  return { get: (name) => declared.get(name), isGroup: (name) => groups.has(name) };
}

/** By what the newest version of each source says. */
async function groupsAmong(runner: Runner, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await select<{ name: string }>(
    runner,
    `SELECT DISTINCT one AS name FROM source CROSS JOIN LATERAL unnest(groups) AS one WHERE one = ANY ($1::text[])`,
    [names],
  );
  return new Set(rows.map(({ name }) => name));
}

interface SourceRow {
  readonly name: string;
  readonly body: Source | null;
  readonly number: number;
  readonly first_seen_us: string | null;
  readonly first_signal: string | null;
}

const COLUMNS = 'name, body, number, first_seen_us, first_signal';

const toKnown = ({ name, body, number, first_seen_us, first_signal }: SourceRow): KnownSource => ({
  name,
  declared: body,
  number,
  firstSeenUs: first_seen_us === null ? null : Number(first_seen_us),
  firstSignal: first_signal,
});

export async function knownSource(runner: Runner, name: string): Promise<KnownSource | undefined> {
  const [row] = await select<SourceRow>(runner, `SELECT ${COLUMNS} FROM source WHERE name = $1`, [name]);
  return row && toKnown(row);
}

/** By what the newest version says. */
export async function sourcePage(
  runner: Runner,
  { after, limit, kind, group, parent, label, declared }: SourceQuery,
): Promise<SourcePage> {
  const rows = await select<SourceRow>(
    runner,
    `SELECT ${COLUMNS} FROM source
     WHERE name > $1 COLLATE "C" AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR $3 = ANY (groups))
       AND ($4::text IS NULL OR parent = $4) AND ($5::jsonb IS NULL OR labels @> $5::jsonb)
       AND ($6::boolean IS NULL OR (body IS NOT NULL) = $6)
     ORDER BY name LIMIT $7`,
    [
      after,
      kind ?? null,
      group ?? null,
      parent ?? null,
      label ? JSON.stringify({ [label.name]: label.value }) : null,
      declared ?? null,
      limit + 1,
    ],
  );
  const sources = rows.slice(0, limit).map(toKnown);
  return { sources, next: rows.length > limit ? sources.at(-1)!.name : null };
}

/** Newest first. */
export async function sourceChanges(
  runner: Runner,
  name: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly SourceChange[]> {
  const rows = await select<{ number: number; body: Source; changed_by: string; changed_at_us: string }>(
    runner,
    `SELECT number, body, changed_by, changed_at_us FROM registry_entry
     WHERE kind = 'SOURCE' AND name = $1 AND number < $2 ORDER BY number DESC LIMIT $3`,
    [name, before, limit],
  );
  return rows.map(({ number, body, changed_by, changed_at_us }) => ({
    number,
    source: body,
    changedBy: changed_by,
    changedAtUs: Number(changed_at_us),
  }));
}
