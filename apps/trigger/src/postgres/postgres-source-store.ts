import type { StageTransaction } from '@windlass/messaging';
import type { KeptSignal, PastChild } from '@windlass/windowing';
import type { BlockKey, KeptKey, ParentKey, SourceChange, SourceKey, SourceStore } from '../ports.ts';
import { writeJournal } from './journal-statements.ts';
import { packKeptSignal, unpackKeptSignal } from './kept-signal.codec.ts';
import { loadBlocks, writeBlocks, type LoadedBlocks } from './sealed-rows.ts';
import { writeSilences } from './silence-rows.ts';

const loadStates = `
  SELECT source, state FROM source_states
  JOIN unnest($1::smallint[], $2::text[]) AS wanted (slot, source) USING (slot, source)`;

/** All states as one value: an array of them would travel as text, twice as long, and be read digit by digit. */
const writeStates = `
  INSERT INTO source_states (slot, source, state)
  SELECT slot, source, substring($3::bytea FROM first FOR bytes)
  FROM unnest($1::smallint[], $2::text[], $4::integer[], $5::integer[]) AS row (slot, source, first, bytes)
  ON CONFLICT (slot, source) DO UPDATE SET state = excluded.state`;

const loadKept = `
  SELECT source, signal FROM kept_signals
  JOIN unnest($1::smallint[], $2::text[], $3::bigint[]) AS wanted (slot, source, from_us) USING (slot, source)
  WHERE event_time_us >= from_us`;

const addKept = `
  INSERT INTO kept_signals (slot, source, event_time_us, id, signal)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::text[], $5::bytea[])
  ON CONFLICT DO NOTHING`;

const deleteKept = `
  DELETE FROM kept_signals USING unnest($1::smallint[], $2::text[], $3::bigint[]) AS gone (slot, source, before_us)
  WHERE kept_signals.slot = gone.slot AND kept_signals.source = gone.source AND kept_signals.event_time_us < gone.before_us`;

const loadPast = `
  SELECT replace(parent_id::text, '-', '') AS "parentId", replace(window_id::text, '-', '') AS id,
    window_type AS "windowType", start_us AS "startUs", end_us AS "endUs", version
  FROM past_children
  JOIN unnest($1::smallint[], $2::text[], $3::uuid[]) AS wanted (slot, source, parent_id) USING (slot, source, parent_id)`;

const addPast = `
  INSERT INTO past_children (slot, source, parent_id, window_id, window_type, start_us, end_us, version)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
  ON CONFLICT DO NOTHING`;

const deletePast = `
  DELETE FROM past_children USING unnest($1::smallint[], $2::text[], $3::uuid[]) AS gone (slot, source, parent_id)
  WHERE past_children.slot = gone.slot AND past_children.source = gone.source AND past_children.parent_id = gone.parent_id`;

/** One statement for each kind of change, whatever the number of sources. */
export class PostgresSourceStore implements SourceStore {
  async load(tx: StageTransaction, keys: readonly SourceKey[]): Promise<ReadonlyMap<string, Buffer>> {
    const rows = await tx.query<{ source: string; state: Buffer }>(loadStates, columnsOf(keys));
    return new Map(rows.map(({ source, state }) => [source, state]));
  }

  async loadKept(tx: StageTransaction, keys: readonly KeptKey[]): Promise<ReadonlyMap<string, readonly KeptSignal[]>> {
    const rows = await tx.query<{ source: string; signal: Buffer }>(loadKept, [
      ...columnsOf(keys),
      keys.map(({ fromUs }) => fromUs),
    ]);
    return grouped(rows, ({ source, signal }) => [source, unpackKeptSignal(signal)]);
  }

  async loadPast(tx: StageTransaction, keys: readonly ParentKey[]): Promise<ReadonlyMap<string, readonly PastChild[]>> {
    const rows = await tx.query<PastRow>(loadPast, [...columnsOf(keys), keys.map(({ parentId }) => parentId)]);
    return grouped(rows, ({ parentId, id, windowType, startUs, endUs, version }) => [
      parentId,
      { id, windowType, startUs: Number(startUs), endUs: Number(endUs), version: Number(version) },
    ]);
  }

  loadBlocks(tx: StageTransaction, keys: readonly BlockKey[]): Promise<LoadedBlocks> {
    return loadBlocks(tx, keys);
  }

  async write(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void> {
    const states = changes.filter(({ packed }) => packed !== null);
    const kept = changes.flatMap(({ slot, source, keptAdded }) =>
      keptAdded.map((signal) => ({ slot, source, signal })),
    );
    const keptGone = changes.filter(({ keptDeletedBeforeUs }) => keptDeletedBeforeUs !== null);
    const replaced = changes.flatMap(({ slot, source, pastReplaced }) =>
      [...pastReplaced].map(([parentId, children]) => ({ slot, source, parentId, children })),
    );
    const past = [
      ...replaced.flatMap(({ children, ...key }) => children.map((child) => ({ ...key, child }))),
      ...changes.flatMap(({ slot, source, pastAdded, pastReplaced }) =>
        pastAdded
          .filter(({ parentId }) => pastReplaced.get(parentId)?.length !== 0)
          .map(({ parentId, child }) => ({ slot, source, parentId, child })),
      ),
    ];
    // In this order on one connection; nothing waits for an answer in between.
    await Promise.all([
      run(tx, writeStates, states, (rows) => [...columnsOf(rows), ...joined(rows.map(({ packed }) => packed!))]),
      run(tx, addKept, kept, (rows) => [
        ...columnsOf(rows),
        rows.map(({ signal }) => signal.eventTimeUs),
        rows.map(({ signal }) => signal.id),
        rows.map(({ signal }) => packKeptSignal(signal)),
      ]),
      run(tx, deleteKept, keptGone, (rows) => [
        ...columnsOf(rows),
        rows.map(({ keptDeletedBeforeUs }) => keptDeletedBeforeUs),
      ]),
      run(tx, deletePast, replaced, (rows) => [...columnsOf(rows), rows.map(({ parentId }) => parentId)]),
      run(tx, addPast, past, (rows) => [
        ...columnsOf(rows),
        rows.map(({ parentId }) => parentId),
        rows.map(({ child }) => child.id),
        rows.map(({ child }) => child.windowType),
        rows.map(({ child }) => child.startUs),
        rows.map(({ child }) => child.endUs),
        rows.map(({ child }) => child.version),
      ]),
      writeBlocks(tx, changes),
      writeSilences(tx, changes),
      writeJournal(tx, changes),
    ]);
  }
}

interface PastRow {
  readonly parentId: string;
  readonly id: string;
  readonly windowType: string;
  readonly startUs: string;
  readonly endUs: string;
  readonly version: string;
}

const columnsOf = (keys: readonly SourceKey[]): [number[], string[]] => [
  keys.map(({ slot }) => slot),
  keys.map(({ source }) => source),
];

/** The values one after the other; where each begins, counted from 1; and how long each is. */
function joined(values: readonly Buffer[]): [Buffer, number[], number[]] {
  let end = 1;
  const firsts = values.map(({ length }) => (end += length) - length);
  return [Buffer.concat(values), firsts, values.map(({ length }) => length)];
}

async function run<Row>(
  tx: StageTransaction,
  sql: string,
  rows: readonly Row[],
  parametersOf: (rows: readonly Row[]) => unknown[],
): Promise<void> {
  if (rows.length > 0) await tx.query(sql, parametersOf(rows));
}

function grouped<Row, T>(rows: readonly Row[], of: (row: Row) => readonly [string, T]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const [key, value] = of(row);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
