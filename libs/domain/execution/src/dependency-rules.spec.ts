import { describe, expect, it } from '@jest/globals';
import { dagOf, type Needs } from './testing/dag.ts';
import { paneOf, type PaneSketch } from './testing/pane.ts';
import { drain, pane } from './testing/sequence.ts';
import { boom, World } from './testing/world.ts';

/** `b` of another processor reads `a` over the same window. */
const world = (rules: Partial<Needs>) =>
  new World(dagOf([{ name: 'a' }, { name: 'b', processor: 'q', needs: [{ of: 'a', ...rules }] }]));
const fired = (rest: Partial<PaneSketch> = {}) => pane({ window: 'w', elements: 3, ...rest });
const late = (rest: Partial<PaneSketch> = {}) =>
  fired({ revision: 1, version: 2, timing: 'LATE', elements: 4, ...rest });
const finalized = (version = 3) => ({
  kind: 'finalized' as const,
  record: { ...paneOf({ window: 'w' }), version, revision: 1 },
});
const last = (w: World) => w.outcomes('b').at(-1);
const inputs = (w: World) => last(w)!.inputs.length;

describe('what a dependency does', () => {
  it.each([
    ['skip', 'SKIPPED', 'INPUT_PROVISIONAL'],
    ['fail', 'FAILED', 'INPUT_PROVISIONAL'],
    ['runWithout', 'SUCCEEDED', undefined],
  ] as const)('with a provisional input at once: %s; and takes it when it is final', (onProvisional, state, code) => {
    const w = world({ onProvisional });
    w.do(fired());
    drain(w);
    expect(last(w)).toMatchObject({ state, inputs: [], ...(code && { reason: { code } }) });
    w.do(finalized());
    drain(w);
    expect(last(w)).toMatchObject({ state: 'SUCCEEDED', run: 1, inputs: [{ algorithm: 'a@1' }] });
  });

  it.each([
    ['accept', 'SUCCEEDED', 1],
    ['runWithout', 'SUCCEEDED', 0],
    ['skip', 'SKIPPED', 0],
    ['fail', 'FAILED', 0],
    [undefined, 'SKIPPED', 0],
  ] as const)('when it has waited long enough for a final input: %s', (afterWait, state, count) => {
    const w = world({ onProvisional: 'wait', waitMs: 500, ...(afterWait && { afterWait }) });
    w.do(fired());
    drain(w);
    expect(w.outcomes('b')).toEqual([]);
    w.nowUs += 500_000;
    w.do({ kind: 'timer' });
    drain(w);
    expect(last(w)).toMatchObject({ state, ...(state !== 'SUCCEEDED' && { reason: { code: 'INPUT_TIMEOUT' } }) });
    expect(inputs(w)).toBe(count);
  });

  it('with a failed input that it waits for: runs when a revision succeeds', () => {
    const w = world({ onFailed: 'wait' });
    w.do(fired());
    w.answer(w.tasks[0]!, () => boom());
    expect(w.outcomes('b')).toEqual([]);
    w.do(late());
    w.answer(w.tasks[1]!, () => 4);
    drain(w);
    expect(last(w)).toMatchObject({ state: 'SUCCEEDED', inputs: [{ algorithm: 'a@1' }] });
  });

  it.each([
    [undefined, 'SKIPPED'],
    ['runWithout', 'SUCCEEDED'],
    ['fail', 'FAILED'],
  ] as const)('with a failed input that will not be revised any more: afterWait %s', (afterWait, state) => {
    const w = world({ onFailed: 'wait', ...(afterWait && { afterWait }) });
    w.do(fired());
    w.answer(w.tasks[0]!, () => boom());
    w.do(finalized());
    drain(w);
    expect(last(w)).toMatchObject({ state, ...(state !== 'SUCCEEDED' && { reason: { code: 'INPUT_FAILED' } }) });
  });

  it('with an input that is not complete enough: waits for a revision that is, told also by one of equal result', () => {
    const w = world({ minCompleteness: 0.9, onIncomplete: 'wait' });
    w.do(fired({ completeness: 0.5 }));
    drain(w);
    expect(w.outcomes('b')).toEqual([]);
    w.do(late({ completeness: 0.95, elements: 3 }));
    drain(w);
    expect(w.outcomes('a').map(({ result }) => result)).toEqual([3, 3]);
    expect(last(w)).toMatchObject({ state: 'SUCCEEDED', inputs: [{ algorithm: 'a@1' }] });
    expect(w.tasks.at(-1)!.inputs).toMatchObject([{ completeness: 0.95 }]);
  });

  it.each([
    ['skip', 'SKIPPED'],
    ['fail', 'FAILED'],
    ['runWithout', 'SUCCEEDED'],
  ] as const)('with an input of unknown completeness where a least one is asked for: %s', (onIncomplete, state) => {
    const w = world({ minCompleteness: 0.9, onIncomplete });
    w.do(fired({ completeness: null }));
    drain(w);
    expect(last(w)).toMatchObject({
      state,
      inputs: [],
      ...(state !== 'SUCCEEDED' && {
        reason: {
          code: 'INPUT_INCOMPLETE',
          message: 'a@1 over same: completeness unknown, at least 0.9 is needed (minCompleteness)',
        },
      }),
    });
  });

  it('leaves a result out also where another algorithm of the same processor takes it', () => {
    const dag = dagOf([
      { name: 'a' },
      { name: 'b', needs: [{ of: 'a', minCompleteness: 0.9, onIncomplete: 'runWithout' }] },
      { name: 'c', needs: [{ of: 'a' }] },
      { name: 'd', processor: 'q', needs: [{ of: 'a', minCompleteness: 0.9, onIncomplete: 'runWithout' }] },
      { name: 'e', processor: 'q', needs: [{ of: 'a' }] },
    ]);
    const w = new World(dag);
    w.do(fired({ completeness: 0.5 }));
    expect(w.tasks[0]!.executions.map(({ algorithm }) => algorithm)).toEqual(['a@1', 'c@1']);
    w.answer(w.tasks[0]!, () => 3);
    const task = w.tasks.find(({ processor }) => processor === 'q')!;
    const { executionId } = task.inputs[0]!;
    expect(task.executions.map(({ algorithm, withheld }) => [algorithm, withheld])).toEqual([
      ['d@1', [{ dependency: 0, executionIds: [executionId] }]],
      ['e@1', []],
    ]);
    drain(w);
    expect(['b', 'c', 'd', 'e'].map((name) => w.outcomes(name).map(({ run, inputs: of }) => [run, of.length]))).toEqual(
      [[[0, 0]], [[0, 1]], [[0, 0]], [[0, 1]]],
    );
  });

  it('settles what waits for completeness once its window is final, and says so within one task too', () => {
    for (const processor of ['p', 'q']) {
      const dag = dagOf([{ name: 'a' }, { name: 'b', processor, needs: [{ of: 'a', minCompleteness: 0.9 }] }]);
      const w = new World(dag);
      w.do(fired({ completeness: 0.5 }));
      drain(w);
      expect(w.outcomes('b')).toEqual([]);
      w.do(finalized());
      drain(w);
      expect(last(w)).toMatchObject({ state: 'SKIPPED', reason: { code: 'INPUT_INCOMPLETE' } });
    }
  });
});
