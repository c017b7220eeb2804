import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from './facts.ts';
import { gather } from './gather.ts';
import { finalized, idOf, inbound, outcome, outcomes, pane, windowWithdrawn } from './records.fixture.ts';

/** In one step, as nearly always. */
const facts = (...values: Parameters<typeof inbound>[0][]): Facts => {
  const { steps } = gather(values.map((value) => inbound(value)));
  expect(steps).toHaveLength(1);
  return steps[0]!;
};

describe('what a batch tells', () => {
  it('of one window is one row: the trigger’s newest version', () => {
    const { windows, changes, panes } = facts(
      pane({ version: 1, metadata: { load: 1 } }),
      outcomes({ version: 7, runComplete: true }),
      pane({ version: 2, revision: 1, metadata: { load: 2 } }),
      finalized({ version: 3, revision: 1 }),
    );
    expect(windows).toEqual([
      expect.objectContaining({
        version: 3,
        revision: 1,
        state: 'FINAL',
        stateAtUs: 90,
        finality: { version: 3, revision: 1, atUs: 90 },
      }),
    ]);
    expect(panes.map(({ metadata }) => metadata)).toEqual([{ load: 1 }, { load: 2 }]);
    expect(changes).toEqual([expect.objectContaining({ kind: 'COMPLETE', version: 7, revision: 0, atUs: 99 })]);
  });

  it('does not depend on how the topics interleave, nor on records that come again', () => {
    const told = [pane({ version: 1 }), pane({ version: 2, revision: 1 }), windowWithdrawn({ version: 3 })];
    const judged = [
      outcomes({ version: 5, outcomes: [outcome('a@1', 1)], runComplete: true }),
      outcomes({ version: 6, outcomes: [outcome('a@1', 1, { staleInput: true })] }),
      outcomes({ version: 7, revision: 1, outcomes: [outcome('b@1', 2)], runComplete: true }),
    ];
    const expected = facts(...told, ...judged);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.array(fc.nat()), (turns, again) => {
        const all: Parameters<typeof inbound>[0][] = [];
        const queues: Parameters<typeof inbound>[0][][] = [[...told], [...judged]];
        for (const [step, turn] of [...turns, true, false, true, false, true, false].entries()) {
          const next = queues[turn ? 0 : 1]!.shift();
          if (next) all.push(next);
          const repeated = again[step];
          if (repeated !== undefined && all.length > 0) all.push(all[repeated % all.length]!);
        }
        for (const rest of queues) all.push(...rest);
        expect(facts(...all)).toEqual(expected);
      }),
    );
    expect(expected.outcomes.map(({ staleAtUs }) => staleAtUs)).toEqual([99, null]);
    expect(expected.windows[0]).toMatchObject({ state: 'WITHDRAWN', stateReason: 'MERGED', revision: 1 });
    expect(expected.changes).toEqual([expect.objectContaining({ kind: 'WITHDRAWN', version: 3 })]);
  });

  it('of children outside of their parent withdraws them, not the parent', () => {
    const outside = { parentWindowId: idOf('p'), startUs: 5, endUs: 9 };
    const { windows, bounds } = facts(windowWithdrawn({ window: 'p', outside }));
    expect(windows).toEqual([]);
    expect(bounds).toEqual([expect.objectContaining({ ...outside, reason: 'MERGED', atUs: 99 })]);
  });

  it('after bounds of children is another step: a child may be opened again', () => {
    const outside = { parentWindowId: idOf('p'), startUs: 5, endUs: 9 };
    const told = [windowWithdrawn({ window: 'p', outside }), pane({ window: 'child', version: 2 })];
    const { steps } = gather(told.map((value) => inbound(value)));
    expect(steps.map(({ bounds, windows }) => [bounds.length, windows.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('of windows older than what is kept is passed over, and counted', () => {
    const told = [
      pane({ window: 'old', startUs: 999 }),
      outcomes({ window: 'old', startUs: 999 }),
      pane({ startUs: 1000 }),
    ];
    const { steps, expired } = gather(
      told.map((value) => inbound(value)),
      { oldestUs: 1000 },
    );
    expect(expired).toBe(2);
    expect(steps.flatMap(({ windows }) => windows.map(({ startUs }) => startUs))).toEqual([1000]);
  });

  it.each([
    ['a window id that is none', pane({ parentWindowId: 'parent' }), 'BAD_ID'],
    ['an execution id that is none', outcomes({ outcomes: [outcome('a@1', 1, { executionId: 'x' })] }), 'BAD_ID'],
    [
      'an input that is none',
      outcomes({
        outcomes: [
          outcome('a@1', 1, {
            inputs: [{ executionId: 'x', algorithm: 'b@1', relation: 'SAME', windowId: idOf('w') }],
          }),
        ],
      }),
      'BAD_ID',
    ],
    ['a key that no index takes', pane({ key: 'k'.repeat(3000) }), 'KEY_TOO_LONG'],
  ])('with %s is a dead letter, and the others are kept', (_, bad, code) => {
    const { steps, rejected } = gather([inbound(bad), inbound(pane({ window: 'good' }))]);
    expect(rejected).toEqual([expect.objectContaining({ to: 'dlq', code })]);
    expect(steps[0]!.windows.map(({ windowId }) => windowId)).toEqual([idOf('good')]);
  });
});
