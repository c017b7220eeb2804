import type { SeenSource } from '@windlass/contracts';
import type { InboundRecord, StageBatch, StageTransaction } from '@windlass/messaging';

/** Sources that nobody has declared and that are listed, at most: a sender that makes up names must not fill the registry. */
export const MAX_UNDECLARED_SOURCES = 200_000;

/** The earliest first signal of each source of a batch. Redelivery and order do not matter: the earliest is kept. */
export function firstOfEach({ inputs }: StageBatch): readonly SeenSource[] {
  const first = new Map<string, SeenSource>();
  for (const input of inputs) {
    if (input.kind !== 'record' || input.family !== 'seen-sources') continue;
    const { value } = input as InboundRecord<SeenSource>;
    const known = first.get(value.source);
    if (!known || value.seenAtUs < known.seenAtUs) first.set(value.source, value);
  }
  return [...first.values()];
}

/** Those that nobody has declared are listed as of kind `unknown`, as long as there are not too many of them. */
export async function writeSeen(tx: StageTransaction, seen: readonly SeenSource[]): Promise<void> {
  if (seen.length === 0) return;
  await tx.query(
    `WITH seen AS (
       SELECT r.name, r.signal, r.at_us FROM jsonb_to_recordset($1::jsonb) AS r (name text, signal text, at_us bigint)
     ), room AS (
       SELECT greatest(0, $2::bigint - (SELECT count(*) FROM source WHERE body IS NULL)) AS left_over
     ), declared AS (
       SELECT seen.* FROM seen JOIN source ON source.name = seen.name COLLATE "C"
     ), undeclared AS (
       SELECT seen.* FROM seen WHERE NOT EXISTS (SELECT FROM source WHERE source.name = seen.name COLLATE "C")
       ORDER BY at_us, name LIMIT (SELECT left_over FROM room)
     )
     INSERT INTO source (name, first_signal, first_seen_us)
     SELECT name, signal, at_us FROM (SELECT * FROM declared UNION ALL SELECT * FROM undeclared) AS all_of_them ORDER BY name
     ON CONFLICT (name) DO UPDATE SET first_signal = excluded.first_signal, first_seen_us = excluded.first_seen_us
     WHERE source.first_seen_us IS NULL OR source.first_seen_us > excluded.first_seen_us`,
    [
      JSON.stringify(seen.map(({ source: name, signal, seenAtUs }) => ({ name, signal, at_us: seenAtUs }))),
      MAX_UNDECLARED_SOURCES,
    ],
  );
}
