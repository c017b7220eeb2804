import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gather } from './gather.ts';
import { finalized, idOf, inbound, outcome, outcomes, pane, windowWithdrawn } from './records.fixture.ts';

const facts = (...values: Parameters<typeof inbound>[0][]) => gather(values.map(inbound), 99).facts;

describe('what a batch tells', () => {
  it('of one window is one row: the trigger’s newest version, and the newest complete revision', () => {
    const { windows } = facts(
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
        metadata: { load: 2 },
        completeRevision: 0,
        outcomeVersion: 7,
      }),
    ]);
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
    expect(expected.outcomes.map(({ outcome: { staleInput } }) => staleInput)).toEqual([true, false]);
    expect(expected.windows[0]).toMatchObject({
      state: 'WITHDRAWN',
      stateReason: 'MERGED',
      revision: 1,
      completeRevision: 1,
    });
  });

  it('of children outside of their parent withdraws them, not the parent', () => {
    const outside = { parentWindowId: idOf('p'), startUs: 5, endUs: 9 };
    const { windows, bounds } = facts(windowWithdrawn({ window: 'p', outside }));
    expect(windows).toEqual([]);
    expect(bounds).toEqual([expect.objectContaining({ ...outside, reason: 'MERGED', atUs: 99 })]);
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
    const { facts: kept, rejected } = gather([inbound(bad), inbound(pane({ window: 'good' }))], 0);
    expect(rejected).toEqual([expect.objectContaining({ to: 'dlq', code })]);
    expect(kept.windows.map(({ windowId }) => windowId)).toEqual([idOf('good')]);
  });
});
