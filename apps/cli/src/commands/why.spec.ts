import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { sentence } from './why-sentences.ts';
import { describeWhy } from './why.ts';
import { type WhyHub, whyNoResult } from './why-walk.ts';

const asked = { algorithm: 'rul@1', source: 'pump-1', atUs: 1_000_000 };
const windowId = 'f'.repeat(32);
const there = sentence('WINDOW_EXISTS', 'There is one: window {windowId}.', { windowId });

/** A hub in which the window is there and nothing else is known. */
const hubOf = (rest: Partial<WhyHub>): WhyHub => ({
  algorithm: async () => ({ bindings: [{ windowType: 'w@1' }], like: [] }),
  absence: async () => [there],
  triggered: async () => [],
  routed: async () => [],
  stored: async () => null,
  processor: async () => ({ state: 'ALIVE', heardAtUs: 5 }),
  ...rest,
});
const codes = async (rest: Partial<WhyHub>) =>
  (await whyNoResult(hubOf(rest), asked)).flatMap(({ lines }) => lines.map(({ code }) => code));

const run = (
  state: string,
  now: ReturnType<typeof sentence>,
  timeline: readonly ReturnType<typeof sentence>[] = [],
) => {
  const of = { algorithm: 'rul@1', executionId: 'e'.repeat(32), run: 0, state, timeline, now: [now] };
  const window = { windowId, generation: 0, windowType: 'w@1', source: 'pump-1', startUs: 0, endUs: 9 };
  return async () => [{ ...window, runs: [{ ...of, algorithm: 'other@1' }, of] }];
};
const stored =
  (state: 'SUCCEEDED' | 'SKIPPED', rest = {}) =>
  async () => ({
    ...{ executionId: 'e'.repeat(32), windowId, algorithm: 'rul@1', run: 1, state, knownAtUs: 7, withdrawn: null },
    reason:
      state === 'SUCCEEDED' ? null : { code: 'INPUT_FAILED', message: 'a@1 over same FAILED', because: 'c'.repeat(32) },
    ...rest,
  });

describe('why there is no result', () => {
  it('begins with the algorithm, then the window', async () => {
    expect(await codes({ algorithm: async () => ({ bindings: undefined, like: ['rul@2'] }) })).toEqual([
      'ALGORITHM_UNKNOWN',
    ]);
    expect(await codes({ absence: async () => [sentence('NO_SIGNAL_NEAR', 'none')] })).toEqual(['NO_SIGNAL_NEAR']);
    const triggered = async () => [sentence('WAITS_FOR_WATERMARK', 'not yet')];
    expect(await codes({ triggered })).toEqual(['NOT_REACHED_YET', 'WAITS_FOR_WATERMARK']);
    expect(await codes({ triggered: async () => [sentence('IS_OVER', 'over')] })).toEqual([
      'NOT_BOUND_THEN',
      'IS_OVER',
    ]);
  });

  it('goes on with the run: what it waits on, who works on it, what failed', async () => {
    const flight = run('DISPATCHED', sentence('RUN_IN_FLIGHT', 'out', { processor: 'health' }));
    expect(await codes({ routed: flight })).toEqual(['RUN_IN_FLIGHT']);
    const processor = async () => ({ state: 'SILENT', heardAtUs: 5 });
    expect(await codes({ routed: flight, processor })).toEqual(['NO_INSTANCE', 'RUN_IN_FLIGHT']);
    expect(await codes({ routed: flight, processor: async () => null })).toEqual(['NO_INSTANCE', 'RUN_IN_FLIGHT']);
    const failed = run('FAILED', sentence('RUN_FAILED', 'failed'), [
      sentence('RUN_OPENED', ''),
      sentence('ATTEMPT_FAILED', 'x'),
    ]);
    expect(await codes({ routed: failed })).toEqual(['RUN_FAILED', 'ATTEMPT_FAILED']);
    expect(await codes({ routed: run('QUEUED', sentence('RUN_HELD', 'held')) })).toEqual(['RUN_HELD']);
  });

  it('ends with what is stored: the result, or with which verdict its run ended', async () => {
    expect(await codes({ stored: stored('SUCCEEDED') })).toEqual(['RESULT_EXISTS']);
    expect(await codes({ stored: stored('SKIPPED') })).toEqual(['RESULT_LACKS']);
    expect(await codes({ stored: stored('SUCCEEDED', { withdrawn: { reason: 'merged', knownAtUs: 8 } }) })).toEqual([
      'RESULT_WITHDRAWN',
    ]);
    // Not read by the result-collector yet.
    expect(await codes({ routed: run('SUCCEEDED', sentence('RUN_SUCCEEDED', 'has it')) })).toEqual(['RUN_SUCCEEDED']);
  });

  it('is a line with its code, and what to do', async () => {
    const answers = await whyNoResult(hubOf({ stored: stored('SKIPPED') }), asked);
    expect(stripVTControlCharacters(describeWhy(asked, answers, 'UTC'))).toBe(`rul@1 of pump-1 at 1970-01-01T00:00:01Z

On w@1
  Run 1 of rul@1 on window ${windowId} ended SKIPPED at 1970-01-01T00:00:00.000007Z: a@1 over same FAILED (INPUT_FAILED). [RESULT_LACKS]
    → It was caused by another: windlass explain execution ${'c'.repeat(32)}
`);
  });
});
