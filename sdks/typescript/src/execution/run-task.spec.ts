import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeRecord, taskFileOf, schemaOf, type ResultValue, type Task } from '@windlass/contracts';
import {
  algorithm,
  boolean,
  bytes,
  children,
  double,
  doubles,
  list,
  long,
  members,
  nothing,
  parent,
  previous,
  remote,
  runLocal,
  same,
  string,
  struct,
  taskFor,
  values,
} from '../index.ts';
import { TaskReader } from '../pool/task-reader.ts';

const on = 'cycle@1';
const indicator = algorithm({ name: 'indicator', version: '1', on, result: double('%') }, ({ signals }) =>
  signals.reduce((sum, { values: { heap = 0 } }) => sum + heap, 0),
);
const deviation = algorithm(
  { name: 'deviation', version: '1', on, needs: { indicator, recent: previous(indicator, 3) }, result: double() },
  async ({ inputs }) => inputs.indicator - values(inputs.recent).reduce((sum, one) => sum + one, 0),
);

describe('running a task locally', () => {
  it('brings results of members with the source that each is of', async () => {
    const health = algorithm({ name: 'health', version: '1', on: 'minute@1', result: double() }, () => 1);
    const worst = algorithm(
      {
        name: 'worst',
        version: '1',
        on: 'line-quarter@1',
        needs: { minutes: members(health) },
        result: struct({ level: double(), pumps: double() }),
      },
      ({ inputs: { minutes } }) => ({
        level: Math.min(...minutes.map(({ value }) => value)),
        pumps: new Set(minutes.map(({ source }) => source)).size,
      }),
    );
    const { value } = await runLocal(worst, taskFor(worst, { inputs: { minutes: [0.5, 0.25] } }));
    expect(value).toEqual({ level: 0.25, pumps: 2 });
  });

  it('runs a chain on built inputs, each algorithm with what the ones before have made', async () => {
    const signals = [1, 2, 3].map((heap) => ({ eventTimeUs: heap * 1_000, values: { heap } }));
    const task = taskFor([indicator, deviation], { signals, inputs: { recent: [1, 1] } });
    const results = await runLocal([indicator, deviation], task);
    expect(results.map(({ algorithm: ref, value }) => [ref, value])).toEqual([
      ['indicator@1', 6],
      ['deviation@1', 4],
    ]);
  });

  it('runs one algorithm alone, with typed inputs', async () => {
    const { value } = await runLocal(deviation, taskFor(deviation, { inputs: { indicator: 10, recent: [1, 2, 3] } }));
    expect(value).toBe(4);
    // @ts-expect-error an input of another type
    taskFor(deviation, { inputs: { indicator: 'ten' } });
  });

  it('runs a recorded task: the bytes of a record', async () => {
    const task = taskFor(deviation, { inputs: { indicator: 10, recent: [] } });
    expect((await runLocal(deviation, encodeRecord('windows', 9, task))).value).toBe(10);
  });

  it('runs a task that `windlass task save` has written, and refuses another file', async () => {
    const task = taskFor(deviation, { inputs: { indicator: 10, recent: [NaN, -0] } });
    const folder = mkdtempSync(join(tmpdir(), 'windlass-task-'));
    const path = join(folder, 'task.json');
    writeFileSync(path, JSON.stringify(taskFileOf(task, { topic: 't', partition: 0, offset: '0' })));
    expect(await runLocal(deviation, path)).toEqual(await runLocal(deviation, task));
    expect(await runLocal(deviation, pathToFileURL(path))).toEqual(await runLocal(deviation, task));
    writeFileSync(path, '{"format":"windlass-task/2"}');
    await expect(runLocal(deviation, path)).rejects.toThrow('windlass-task/1');
    rmSync(folder, { recursive: true });
  });

  it('gives each algorithm the previous windows it asked for, as the pane names them', async () => {
    const far = remote<number>('far@1');
    const spy = (name: string, span: number | '2s') =>
      algorithm({ name, version: '1', on, needs: { far: previous(far, span) }, result: list<number>() }, ({ inputs }) =>
        values(inputs.far),
      );
    const [two, four, time] = [spy('two', 2), spy('four', 4), spy('time', '2s')];
    const built = taskFor(four, { inputs: { far: [1, 2, 3, 4] } });
    const ids = built.inputs.map(({ windowId }) => windowId);
    const previousWindows = [
      { dependency: 'previous(2)', windowIds: ids.slice(2) },
      { dependency: 'previous(4)', windowIds: ids },
      { dependency: 'previous(2000000us)', windowIds: ids.slice(1, 3) },
    ];
    const { executions } = taskFor([two, four, time]);
    const task: Task = { ...built, executions, pane: { ...built.pane, previous: previousWindows } };
    const results = await runLocal([two, four, time], task);
    expect(results.map(({ value }) => value)).toEqual([
      [3, 4],
      [1, 2, 3, 4],
      [2, 3],
    ]);
  });

  it('gives what a range stands for in this task, as the hub tells it', async () => {
    const ranged = algorithm(
      { name: 'ranged', version: '1', on, needs: { far: remote<number>('far@^1.2') }, result: double() },
      ({ inputs }) => inputs.far,
    );
    const built = taskFor(ranged, { inputs: { far: 7 } });
    const resolved = [{ asked: 'far@^1.2', algorithm: 'far@1.4.0' }];
    const task: Task = {
      ...built,
      executions: built.executions.map((one) => ({ ...one, resolved })),
      inputs: built.inputs.map((one) => ({ ...one, algorithm: 'far@1.4.0' })),
    };
    expect((await runLocal(ranged, task)).value).toBe(7);
    expect((await runLocal(ranged, built)).value).toBe(7);
  });

  it('keeps back what the task brings for others', async () => {
    const far = remote<number>('far@1');
    const lone = algorithm(
      {
        name: 'lone',
        version: '1',
        on,
        needs: { recent: previous(far, 3, { onProvisional: 'runWithout' }), all: previous(far, 3) },
        result: list<number>(),
      },
      ({ inputs }) => [...values(inputs.recent), -1, ...values(inputs.all)],
    );
    const built = taskFor(lone, { inputs: { all: [1, 2, 3] } });
    const withheld = [{ dependency: 0, executionIds: [built.inputs[2]!.executionId] }];
    const task: Task = { ...built, executions: built.executions.map((one) => ({ ...one, withheld })) };
    expect((await runLocal(lone, task)).value).toEqual([1, 2, -1, 1, 2, 3]);
  });

  it('tells the windows of children, in order, and takes the parent’s value', async () => {
    const joined = algorithm(
      {
        name: 'joined',
        version: '1',
        on,
        needs: { kids: children(indicator), base: parent(indicator) },
        result: list<number>(),
      },
      ({ inputs }) => [inputs.base, ...inputs.kids.flatMap(({ value, startUs, endUs }) => [value, startUs, endUs])],
    );
    const window = { startUs: 1_000_000, endUs: 3_000_000 };
    const { value } = await runLocal(joined, taskFor(joined, { window, inputs: { base: 9, kids: [5, 6] } }));
    expect(value).toEqual([9, 5, 1_000_000, 2_000_000, 6, 2_000_000, 3_000_000]);
  });

  it('runs without an input where that was asked for, and fails for good where it was not', async () => {
    const maybe = algorithm(
      {
        name: 'maybe',
        version: '1',
        on,
        needs: { far: same(remote<number>('far@1'), { onMissing: 'runWithout' }) },
        result: boolean(),
      },
      ({ inputs }) => inputs.far === undefined,
    );
    expect((await runLocal(maybe, taskFor(maybe))).value).toBe(true);
    const { error } = await runLocal(deviation, taskFor(deviation, { inputs: { recent: [] } }));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining("'indicator'") });
  });

  it('refuses to guess a result that travels by reference', async () => {
    const task = taskFor(deviation, { inputs: { indicator: 1, recent: [] } });
    const inputs = task.inputs.map((input) => ({ ...input, result: null, reference: 'blob/1' }));
    const { error } = await runLocal(deviation, { ...task, inputs });
    expect(error).toMatchObject({
      code: 'INPUT_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('a local run fetches nothing'),
    });
  });

  it('emits child windows, with the key of the window unless another is given', async () => {
    const finds = algorithm({ name: 'finds', version: '1', on, result: nothing(), emits: ['spike@1'] }, ({ emit }) => {
      emit({ windowType: 'spike@1', startUs: 1, endUs: 2, metadata: { height: 3 } });
      emit({ windowType: 'spike@1', startUs: 1, endUs: 2, key: 'other', emissionKey: 'b' });
    });
    const { value, emissions } = await runLocal(finds, taskFor(finds));
    expect(value).toBeNull();
    expect(emissions).toEqual([
      { windowType: 'spike@1', key: 'source', startUs: 1, endUs: 2, emissionKey: null, metadata: { height: 3 } },
      { windowType: 'spike@1', key: 'other', startUs: 1, endUs: 2, emissionKey: 'b', metadata: {} },
    ]);
  });

  it.each([
    ['an undeclared type', { windowType: 'dip@1', startUs: 1, endUs: 2 }, /declared are spike@1/],
    ['an empty window', { windowType: 'spike@1', startUs: 2, endUs: 2 }, /is no window/],
    ['a fraction of a microsecond', { windowType: 'spike@1', startUs: 0.5, endUs: 2 }, /whole microseconds/],
    [
      'too much metadata',
      { windowType: 'spike@1', startUs: 1, endUs: 2, metadata: { x: 'x'.repeat(17_000) } },
      /metadataBytes/,
    ],
    [
      'metadata of another type',
      { windowType: 'spike@1', startUs: 1, endUs: 2, metadata: { x: {} as never } },
      /metadata\.x/,
    ],
  ])('refuses to emit %s', async (_, child, message) => {
    const emits = algorithm({ name: 'emits', version: '1', on, result: nothing(), emits: ['spike@1'] }, ({ emit }) =>
      emit(child),
    );
    const { error } = await runLocal(emits, taskFor(emits));
    expect(error).toMatchObject({ class: 'BadEmission', retryable: false, message: expect.stringMatching(message) });
  });
});

describe('results', () => {
  const nested = fc.letrec<{ value: ResultValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.string(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array(),
      fc.float64Array(),
      fc.array(tie('value')),
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        tie('value'),
        { noNullPrototype: true },
      ),
    ),
  }));

  it('come through the encoding unchanged', async () => {
    const reader = new TaskReader();
    reader.add(1, JSON.stringify(schemaOf('windows')));
    await fc.assert(
      fc.asyncProperty(fc.array(nested.value), async (items) => {
        const echo = algorithm(
          { name: 'echo', version: '1', on, needs: { far: same(remote<ResultValue>('far@1')) }, result: list() },
          ({ inputs }) => inputs.far as ResultValue[],
        );
        const task = reader.read(encodeRecord('windows', 1, taskFor(echo, { inputs: { far: items } })));
        expect((await runLocal(echo, task)).value).toEqual(items);
      }),
    );
  });

  it.each([
    [double(), '1', /result is string 1, declared is double/],
    [double(), undefined, /undefined/],
    [long(), 1.5, /number 1\.5/],
    [string(), null, /null/],
    [bytes(), [1], /Array/],
    [doubles(), 3, /declared is array/],
    [nothing(), 0, /declared is none/],
    [struct({ a: double(), b: string() }), { a: 1 }, /result\.b is undefined/],
    [struct({ a: double() }), { a: 1, z: 2 }, /result\.z .* no such field/],
    [list(), [new Date(0)], /cannot hold a Date/],
  ] as const)('of another type than %j are refused: %j', async (result, returned, message) => {
    const wrong = algorithm({ name: 'wrong', version: '1', on, result } as never, () => returned as never);
    const { error } = await runLocal(wrong, taskFor(wrong));
    expect(error).toMatchObject({ code: 'BAD_RESULT', retryable: false, message: expect.stringMatching(message) });
  });

  it('larger than the algorithm’s own limit are refused', async () => {
    const wordy = algorithm({ name: 'wordy', version: '1', on, result: string(), maxResultBytes: 10 }, () =>
      'x'.repeat(20),
    );
    const { error } = await runLocal(wordy, taskFor(wordy));
    expect(error).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('maxResultBytes is 10'),
    });
  });

  it('take a whole number for a long', async () => {
    const counts = algorithm({ name: 'counts', version: '1', on, result: long() }, () => 7 as never);
    expect((await runLocal(counts, taskFor(counts))).value).toBe(7n);
  });
});
