import { describe, expect, it } from '@jest/globals';
import { aligned, type KeyInput, KeyState, Plans, type ResultValue, step, type WindowState } from '@windlass/execution';
import type { DataSource } from 'typeorm';
import { algorithm, dagOf, idOf, paneOf, previous, same } from '../testing/fixture.ts';
import type { PackedSignals } from '../packed-signals.ts';
import { StoredSchemas } from './stored-schemas.ts';
import { WindowCodec } from './window-codec.ts';

/** The table of schemas, as Postgres keeps it. */
function schemaTable(rows: { id: number; schema: string }[] = []): DataSource {
  const query = (sql: string, [added]: [string[]] = [[]]) => {
    if (!sql.startsWith('INSERT')) return Promise.resolve(rows);
    for (const schema of added)
      if (!rows.some((row) => row.schema === schema)) rows.push({ id: rows.length + 1, schema });
    return Promise.resolve([]);
  };
  return { query } as unknown as DataSource;
}

const results: ResultValue[] = [
  null,
  true,
  1.5,
  Number.NaN,
  2n ** 60n,
  'text',
  Uint8Array.of(1),
  Float64Array.of(1, Number.NaN),
  [1, ['a']],
  { a: { b: -0 } },
];

/** Windows in every state that an execution can be in. */
function windows(): WindowState[] {
  const type = { result: { type: 'none' } } as const;
  const dag = dagOf(1, [
    algorithm('a', 'p'),
    algorithm('b', 'p', [same('a')]),
    algorithm('c', 'q', [{ ...previous('a', 1), onRevision: 'keep' }, same('a')]),
    algorithm('d', 'full', [same('nobody')], type),
    algorithm('e', 'full'),
  ]);
  const plans = new Plans({ revisionOf: () => dag, live: () => dag });
  const state = new KeyState('pump-1');
  let tasks = 0;
  const take = (input: KeyInput) => {
    const taken = step(state, input, {
      nowUs: 1_763_900_000_000_000 + tasks,
      plans,
      newTaskId: () => `task-${tasks++}`,
      admit: ({ processor }) => processor !== 'full',
      limits: {
        redispatchAfterUs: 1e9,
        notHereDelayUs: 1,
        retentionUs: 1e9,
        doneWindows: 9,
        failedRetentionUs: 1e9,
        taskBytes: 1e6,
        inlineBytes: 4e6,
        inputBytes: 256e6,
        emissions: 9,
      },
    });
    state.apply(taken);
    return taken;
  };
  const history = (n: number) => [{ dependency: 'previous(1)', windowIds: n > 0 ? [idOf(`w${n - 1}`)] : [] }];
  for (let n = 0; n < 3; n++) {
    const pane = paneOf(`w${n}`, {
      startUs: n,
      endUs: n + 1,
      isFinal: false,
      previous: history(n),
      metadata: { load: null, name: 'x' },
    });
    for (const task of take({ kind: 'pane', pane, bytes: 10 }).tasks) {
      const answers = task.executions.map(({ executionId, attempt }) => ({
        executionId,
        attempt,
        result: 7,
        error: n === 1 ? { class: 'E', message: 'm', stack: 's', retryable: false, code: null } : null,
        emissions: [],
        startedAtUs: 1,
        endedAtUs: 2,
        cpuMs: 0.25,
      }));
      take({ kind: 'result', result: { taskId: task.taskId, answers, processorVersion: '1', instance: 'i' } });
    }
  }
  const w2 = paneOf('w2', {
    startUs: 2,
    endUs: 3,
    revision: 1,
    version: 2,
    timing: 'LATE',
    previous: history(2),
    isFinal: false,
  });
  take({ kind: 'pane', pane: w2, bytes: 20 });
  take({ kind: 'finalized', record: { ...w2, version: 3 } });
  take({ kind: 'childrenClosed', record: { ...w2, version: 4, childType: 'x@1', childWindowIds: [idOf('k')] } });
  return [...state.all()].map((w) => ({ ...w, executions: aligned(w.executions, plans.of(1, 'w@1')) }));
}

describe('a stored window', () => {
  it('comes back as it was', async () => {
    const codec = new WindowCodec(await StoredSchemas.open(schemaTable()));
    const all = windows();
    expect(all.some((w) => w.waiting !== null)).toBe(true);
    expect(new Set(all.flatMap((w) => w.executions.map((x) => x?.state)))).toEqual(
      new Set(['SUCCEEDED', 'FAILED', 'SKIPPED', 'QUEUED', 'DISPATCHED']),
    );
    for (const w of all) {
      const packed = {
        pane: codec.packPane(w.pane),
        waiting: w.waiting && codec.packPane(w.waiting.pane),
        state: codec.packState(w),
      };
      expect(codec.unpack(packed, w.version)).toEqual({ ...w, executions: w.executions.filter((x) => x !== null) });
    }
  });

  it('keeps its signals, packed, and gives them back when they are asked for', async () => {
    const codec = new WindowCodec(await StoredSchemas.open(schemaTable()));
    const [w] = windows();
    const signal = {
      id: 's',
      name: 'sample',
      eventTimeUs: 5,
      phase: 'POINT' as const,
      values: { heap: 0.1 },
      count: 1,
      correlation: null,
      metadata: {},
    };
    const pane = { ...w!.pane, signals: codec.packSignals([signal, signal]) };
    const read = codec.unpack({ pane: codec.packPane(pane), waiting: null, state: codec.packState(w!) }, 1).pane;
    expect(read).toEqual(pane);
    expect((read.signals as PackedSignals).unpack()).toEqual([signal, signal]);
  });

  it('keeps every kind of result', async () => {
    const codec = new WindowCodec(await StoredSchemas.open(schemaTable()));
    const [w] = windows();
    const [x] = w!.executions;
    for (const result of results) {
      const changed = { ...w!, executions: [{ ...x!, settled: { ...x!.settled!, result } }] };
      const packed = { pane: codec.packPane(w!.pane), waiting: null, state: codec.packState(changed) };
      expect(codec.unpack(packed, 1).executions[0]!.settled!.result).toEqual(result);
    }
  });

  it('is read by whoever knows its schema, and refused with a reason by whoever does not', async () => {
    const rows: { id: number; schema: string }[] = [];
    const [w] = windows();
    const bytes = (await StoredSchemas.open(schemaTable(rows))).pack('panes', {
      event: { 'io.windlass.v1.Pane': w!.pane },
    });
    const shifted = [{ id: 9, schema: rows[0]!.schema.replace('"doc":', '"docs":') }];
    const later = await StoredSchemas.open(schemaTable(shifted.concat(rows)));
    expect(later.unpack('panes', bytes)).toMatchObject({ event: { 'io.windlass.v1.Pane': { key: 'pump-1' } } });
    bytes.writeUInt16BE(77);
    expect(() => later.unpack('panes', bytes)).toThrow(expect.objectContaining({ code: 'UNKNOWN_STORED_SCHEMA' }));
  });
});
