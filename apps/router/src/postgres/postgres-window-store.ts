import {
  type Changes,
  type DoneWindow,
  hasFailed,
  queuesOf,
  windowKey,
  type WindowState,
  type WindowTasks,
} from '@windlass/execution';
import type { StageTransaction, StageWriting } from '@windlass/messaging';
import type { DataSource } from 'typeorm';
import type { WindowFinder } from '../commands/ports.ts';
import type { Backlog, KeyPlace, TaskCount, WindowStore, WindowWrite } from '../ports.ts';
import { bulkStatement, type BulkColumn } from '@windlass/persistence';
import { Blob, type Part } from './blob.ts';
import type { WindowCodec } from './window-codec.ts';

interface Row {
  readonly key: string;
  readonly window_id: Buffer;
  readonly generation: number;
  readonly version: string;
  readonly next_run: number;
  readonly done_us: string | null;
  readonly pane: Buffer | null;
  readonly waiting: Buffer | null;
  readonly state: Buffer | null;
}

/** States that are read at a time to count what is under way: one may hold results of megabytes. */
const STATES_AT_A_TIME = 100;

/** Windows in `window_state`, one packed row each. */
export class PostgresWindowStore implements WindowStore, WindowFinder {
  constructor(
    private readonly dataSource: DataSource,
    private readonly codec: WindowCodec,
  ) {}

  async load(tx: StageTransaction, keys: readonly KeyPlace[]): Promise<ReadonlyMap<string, Changes>> {
    const rows = await tx.query<Row>(loadSql, [keys.map(({ slot }) => slot), keys.map(({ key }) => key)]);
    const byKey = new Map<string, Map<string, WindowState | DoneWindow>>();
    for (const row of rows) {
      let windows = byKey.get(row.key);
      if (!windows) byKey.set(row.key, (windows = new Map()));
      const window = this.windowOf(row);
      windows.set(window.window, window);
    }
    return byKey;
  }

  write(tx: StageWriting, writes: readonly WindowWrite[]): void {
    const deletes = writes.filter(({ next }) => next === null);
    const upserts = writes.filter(({ next }) => next !== null);
    if (deletes.length > 0)
      tx.send(deleteSql, [
        deletes.map(({ slot }) => slot),
        deletes.map(({ key }) => key),
        deletes.map(({ window }) => idOf(window)),
        deletes.map(({ window }) => generationOf(window)),
      ]);
    if (upserts.length > 0) tx.send(upsert.sql, this.upsertValues(upserts));
  }

  private upsertValues(writes: readonly WindowWrite[]): unknown[] {
    const ids = new Blob();
    const panes = new Blob();
    const waiting = new Blob();
    const states = new Blob();
    const rows = writes.map(({ slot, key, window, stored, next }): WindowRow => {
      ids.add(Buffer.from(idOf(window), 'hex'));
      const open = next?.kind === 'open' ? next : null;
      const keepsPane = open && stored?.kind === 'open' && stored.pane.version === open.pane.version;
      return {
        slot,
        key,
        window,
        next: next!,
        queued: open ? queuesOf(open) : [],
        dispatched: open ? tasksOf(open) : [],
        failed: failedIn(open),
        pane: panes.add(open && !keepsPane ? this.codec.packPane(open.pane) : null),
        waiting: waiting.add(open?.waiting ? this.codec.packPane(open.waiting.pane) : null),
        state: states.add(open ? this.codec.packState(open) : null),
      };
    });
    return [...upsert.parametersOf(rows), ids.bytes(), panes.bytes(), waiting.bytes(), states.bytes()];
  }

  async backlog(slots: readonly number[]): Promise<Backlog[]> {
    const rows: {
      key: string;
      lane: Backlog['lane'];
      window_type: string;
      queued: string | null;
      dispatched: string | null;
      count: string;
    }[] = await this.dataSource.query(backlogSql, [slots]);
    return rows.flatMap(({ key, lane, window_type: windowType, queued, dispatched, count }) => {
      const entry = (queue: string, what: { queued: number; inFlight: number }): Backlog => ({
        key,
        lane,
        windowType,
        queue,
        ...what,
      });
      const windows = Number(count);
      return [
        ...names(queued).map((queue) => entry(queue, { queued: windows, inFlight: 0 })),
        ...names(dispatched).map((processor) => entry(processor, { queued: 0, inFlight: windows })),
      ];
    });
  }

  async underWay(tx: StageTransaction, slots: readonly number[]): Promise<readonly WindowTasks[]> {
    const places = await tx.query<DispatchedPlace>(dispatchedSql, [slots]);
    const windows: WindowTasks[] = [];
    for (let from = 0; from < places.length; from += STATES_AT_A_TIME) {
      const some = places.slice(from, from + STATES_AT_A_TIME);
      const rows = await tx.query<{ windowType: string; state: Buffer }>(statesSql, [
        some.map(({ slot }) => slot),
        some.map(({ key }) => key),
        some.map(({ id }) => id),
        some.map(({ generation }) => generation),
      ]);
      for (const { windowType, state } of rows) windows.push({ windowType, executions: this.codec.unpackTasks(state) });
    }
    return windows;
  }

  async tasks(): Promise<TaskCount[]> {
    const rows: (Pick<TaskCount, 'processor' | 'windowType'> & {
      readonly queued: string;
      readonly inFlight: string;
    })[] = await this.dataSource.query(tasksSql);
    return rows.map((row) => ({ ...row, queued: Number(row.queued), inFlight: Number(row.inFlight) }));
  }

  async find({ slot, key, windowId }: KeyPlace & { readonly windowId: string }): Promise<(WindowState | DoneWindow)[]> {
    const rows: Row[] = await this.dataSource.query(findSql, [slot, key, Buffer.from(windowId, 'hex')]);
    return rows.map((row) => this.windowOf(row));
  }

  async ofKey({ slot, key }: KeyPlace): Promise<readonly WindowState[]> {
    const rows: Row[] = await this.dataSource.query(keySql, [slot, key]);
    return rows.map((row) => this.windowOf(row) as WindowState);
  }

  async failed(asked: Parameters<WindowFinder['failed']>[0]): Promise<readonly WindowState[]> {
    const { algorithm, fromUs, toUs, key, limit } = asked;
    const rows: Row[] = await this.dataSource.query(failedSql, [algorithm, fromUs, toUs, key, limit]);
    return rows.map((row) => this.windowOf(row) as WindowState);
  }

  private windowOf({
    window_id,
    generation,
    version,
    next_run,
    done_us,
    pane,
    waiting,
    state,
  }: Row): WindowState | DoneWindow {
    if (done_us === null) return this.codec.unpack({ pane: pane!, waiting, state: state! }, Number(version));
    const window = windowKey({ windowId: window_id.toString('hex'), generation });
    return { kind: 'done', window, version: Number(version), nextRun: next_run, doneUs: Number(done_us) };
  }
}

/** Algorithms whose run ended without a result. */
const failedIn = (w: WindowState | null): string[] =>
  w === null || w.withdrawn ? [] : w.executions.flatMap((x) => (x !== null && hasFailed(x) ? [x.algorithm] : []));

const names = (list: string | null): string[] => list?.split(',') ?? [];

/** Processors of the tasks on their topic, one entry a task. */
function tasksOf(w: WindowState): string[] {
  const tasks = new Map<string, string>();
  for (const x of w.executions) if (x?.taskId) tasks.set(x.taskId, x.processor);
  return [...tasks.values()];
}

/** A window's key is its id, and the generation behind a slash unless it is live. */
const idOf = (window: string): string => window.slice(0, 32);
const generationOf = (window: string): number => (window.length === 32 ? 0 : Number(window.slice(33)));

const loadSql = `
  SELECT w.key, w.window_id, w.generation, w.version, w.next_run, w.done_us, w.pane, w.waiting, w.state
  FROM unnest($1::smallint[], $2::text[]) AS wanted (slot, key)
  JOIN window_state w USING (slot, key)
  ORDER BY w.done_us`;

const findSql = `
  SELECT key, window_id, generation, version, next_run, done_us, pane, waiting, state
  FROM window_state WHERE slot = $1 AND key = $2 AND window_id = $3 ORDER BY generation`;

const keySql = `
  SELECT key, window_id, generation, version, next_run, done_us, pane, waiting, state
  FROM window_state WHERE slot = $1 AND key = $2 AND done_us IS NULL ORDER BY window_id, generation`;

const failedSql = `
  SELECT key, window_id, generation, version, next_run, done_us, pane, waiting, state
  FROM window_state
  WHERE failed IS NOT NULL AND failed_start_us >= $2 AND failed_start_us < $3
    AND $1 = ANY(string_to_array(failed, ',')) AND ($4::text IS NULL OR key = $4)
  ORDER BY failed_start_us, key LIMIT $5`;

const backlogSql = `
  SELECT key, lane, window_type, queued, dispatched, count(*) AS count
  FROM window_state WHERE slot = ANY($1::smallint[]) AND active
  GROUP BY key, lane, window_type, queued, dispatched
  ORDER BY min(version)`;

interface DispatchedPlace extends KeyPlace {
  /** Of the window, hex digits. */
  readonly id: string;
  readonly generation: number;
}

const dispatchedSql = `
  SELECT slot, key, encode(window_id, 'hex') AS id, generation
  FROM window_state WHERE slot = ANY($1::smallint[]) AND active AND dispatched IS NOT NULL`;

const statesSql = `
  SELECT w.window_type AS "windowType", w.state
  FROM unnest($1::smallint[], $2::text[], $3::text[], $4::integer[]) AS wanted (slot, key, id, generation)
  JOIN window_state w
    ON w.slot = wanted.slot AND w.key = wanted.key AND w.window_id = decode(wanted.id, 'hex') AND w.generation = wanted.generation`;

const tasksSql = `
  SELECT processor, window_type AS "windowType", count(*) FILTER (WHERE is_queued) AS queued,
    count(*) FILTER (WHERE NOT is_queued) AS "inFlight"
  FROM window_state
  CROSS JOIN LATERAL (
    SELECT unnest(string_to_array(queued, ',')), true UNION ALL SELECT unnest(string_to_array(dispatched, ',')), false
  ) AS task (processor, is_queued)
  WHERE active GROUP BY processor, window_type ORDER BY processor, window_type`;

const deleteSql = `
  DELETE FROM window_state w
  USING unnest($1::smallint[], $2::text[], $3::text[], $4::integer[]) AS gone (slot, key, window_id, generation)
  WHERE w.slot = gone.slot AND w.key = gone.key AND w.window_id = decode(gone.window_id, 'hex') AND w.generation = gone.generation`;

/** A window on its way into its row; bytes of all rows travel joined. */
interface WindowRow extends KeyPlace {
  readonly window: string;
  readonly next: WindowState | DoneWindow;
  readonly queued: readonly string[];
  readonly dispatched: readonly string[];
  readonly failed: readonly string[];
  readonly pane: Part;
  readonly waiting: Part;
  readonly state: Part;
}

const doneOf = ({ next }: WindowRow) => (next.kind === 'done' ? next : null);
const openOf = ({ next }: WindowRow) => (next.kind === 'open' ? next : null);
const list = (processors: readonly string[]) => (processors.length === 0 ? null : processors.join(','));

const columns: BulkColumn<WindowRow>[] = [
  { name: 'slot', type: 'smallint', of: ({ slot }) => slot },
  { name: 'key', type: 'text', of: ({ key }) => key },
  { name: 'generation', type: 'integer', of: ({ window }) => generationOf(window) },
  { name: 'version', type: 'bigint', of: ({ next }) => next.version },
  { name: 'next_run', type: 'integer', of: (row) => doneOf(row)?.nextRun ?? 0 },
  { name: 'done_us', type: 'bigint', of: (row) => doneOf(row)?.doneUs },
  { name: 'active', type: 'boolean', of: ({ queued, dispatched }) => queued.length + dispatched.length > 0 },
  { name: 'lane', type: 'text', of: (row) => openOf(row)?.pane.lane },
  { name: 'window_type', type: 'text', of: (row) => openOf(row)?.pane.windowType },
  { name: 'queued', type: 'text', of: ({ queued }) => list(queued) },
  { name: 'dispatched', type: 'text', of: ({ dispatched }) => list(dispatched) },
  { name: 'failed', type: 'text', of: ({ failed }) => list(failed) },
  {
    name: 'failed_start_us',
    type: 'bigint',
    of: (row) => (row.failed.length > 0 ? openOf(row)?.pane.startUs : undefined),
  },
];
const stored = columns.map(({ name }) => name).join(', ');

const parts: BulkColumn<WindowRow>[] = (['pane', 'waiting', 'state'] as const).flatMap((part) => [
  { name: `${part}_at`, type: 'integer', of: (row) => row[part]?.at },
  { name: `${part}_length`, type: 'integer', of: (row) => row[part]?.length },
]);
const firstBlob = columns.length + parts.length + 1;
const cut = (part: string, place: number): string =>
  `substring($${firstBlob + place}::bytea FROM row.${part}_at FOR row.${part}_length)`;

const upsert = bulkStatement(
  [...columns, ...parts],
  (rows) => `
  INSERT INTO window_state AS w (${stored}, window_id, pane, waiting, state)
  SELECT ${stored}, substring($${firstBlob}::bytea FROM (row.n::integer - 1) * 16 + 1 FOR 16),
    ${cut('pane', 1)}, ${cut('waiting', 2)}, ${cut('state', 3)}
  FROM ${rows}
  ON CONFLICT (slot, key, window_id, generation) DO UPDATE SET
    version = excluded.version, next_run = excluded.next_run, done_us = excluded.done_us, active = excluded.active,
    lane = excluded.lane, window_type = excluded.window_type, queued = excluded.queued, dispatched = excluded.dispatched,
    pane = CASE WHEN excluded.done_us IS NULL THEN coalesce(excluded.pane, w.pane) END,
    waiting = excluded.waiting, state = excluded.state, failed = excluded.failed,
    failed_start_us = excluded.failed_start_us`,
);
