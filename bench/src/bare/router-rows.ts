import { slotOf, type Pane } from '@windlass/contracts';

/** One row of the router's store: written when its pane arrives, and again with each result. */
export interface WindowRow {
  readonly pane: Pane;
  /** Null: the row has it already. */
  readonly paneBytes: Buffer | null;
  readonly executions: number;
  /** Nothing more will change: only the version is kept. */
  readonly done: boolean;
}

/** Bytes of packed state in a hub's row, beside and for each execution: measured on the hub's own rows. */
const STATE_BYTES = 20;
const EXECUTION_BYTES = 150;

/** One statement for all rows of a batch, of the hub's columns; bytes travel joined, as the hub's do. */
export function rowsStatement(rows: readonly WindowRow[]): { text: string; values: unknown[] } {
  const newest = new Map(rows.map((row) => [row.pane.windowId, row]));
  const panes = rows.flatMap(({ paneBytes, pane }) => (paneBytes ? [[pane.windowId, paneBytes] as const] : []));
  const paneOf = new Map(panes);
  const all = [...newest.values()];
  const paneBytes = new Joined(all.map(({ pane, done }) => (done ? null : (paneOf.get(pane.windowId) ?? null))));
  const states = new Joined(
    all.map(({ executions, done }) => (done ? null : Buffer.alloc(STATE_BYTES + executions * EXECUTION_BYTES, 1))),
  );
  const values = [
    all.map(({ pane }) => slotOf(pane.key)),
    all.map(({ pane }) => pane.key),
    Buffer.from(all.map(({ pane }) => pane.windowId).join(''), 'hex'),
    all.map(({ pane }) => pane.version),
    all.map(({ done }) => (done ? Date.now() * 1000 : null)),
    all.map(({ done }) => !done),
    all.map(({ pane, done }) => (done ? null : pane.lane)),
    all.map(({ pane, done }) => (done ? null : pane.windowType)),
    all.map(({ done }) => (done ? null : 'bench-fused')),
    ...paneBytes.parameters,
    ...states.parameters,
  ];
  return { text: UPSERT, values };
}

class Joined {
  readonly parameters: readonly [Buffer, (number | null)[], (number | null)[]];

  constructor(parts: readonly (Buffer | null)[]) {
    let end = 0;
    const at = parts.map((part) => {
      const start = part && end + 1;
      end += part?.length ?? 0;
      return start;
    });
    const lengths = parts.map((part) => part && part.length);
    this.parameters = [
      Buffer.concat(
        parts.filter((part) => part !== null),
        end,
      ),
      at,
      lengths,
    ];
  }
}

const UPSERT = `
  INSERT INTO window_state AS w
    (slot, key, window_id, generation, version, next_run, done_us, active, lane, window_type, dispatched, pane, state)
  SELECT slot, key, substring($3::bytea FROM (n::integer - 1) * 16 + 1 FOR 16), 0, version, 0, done_us, active, lane, window_type,
    dispatched, substring($10::bytea FROM pane_at FOR pane_length), substring($13::bytea FROM state_at FOR state_length)
  FROM unnest($1::smallint[], $2::text[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[], $8::text[], $9::text[],
    $11::integer[], $12::integer[], $14::integer[], $15::integer[]) WITH ORDINALITY
    AS row (slot, key, version, done_us, active, lane, window_type, dispatched, pane_at, pane_length, state_at, state_length, n)
  ON CONFLICT (slot, key, window_id, generation) DO UPDATE SET
    version = excluded.version, done_us = excluded.done_us, active = excluded.active, lane = excluded.lane,
    window_type = excluded.window_type, dispatched = excluded.dispatched,
    pane = CASE WHEN excluded.done_us IS NULL THEN coalesce(excluded.pane, w.pane) END, state = excluded.state`;
