import type { Verdict } from './facts.ts';

/** What an algorithm is asked to do with a window, beside its work. */
export type Act = 'none' | 'die' | 'fail-once' | 'overrun';

export const WINDOW_TYPE = 'tick@1';
export const LEVEL = { processor: 'faults-level', algorithm: 'level@1' };
/** Needs the level of the same window. */
export const TREND = { processor: 'faults-trend', algorithm: 'trend@1' };

export const SOURCES = 64;
export const sourceOf = (index: number): string => `pump-${String(index).padStart(2, '0')}`;
/** What a source's n-th sample carries: each window holds one. */
export const valueOf = (source: number, n: number): number => source * 1_000_000 + n;

/** Every window is one second wide, closes with the next sample, and is final then. */
export const definitions = {
  windowTypes: [
    {
      ...{ name: 'tick', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1s' } } },
      keepSignals: { count: 10 },
      metadata: { act: { type: 'string', required: true } },
      policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
    },
  ],
  processors: [LEVEL, TREND].map(({ processor, algorithm }) => ({ name: processor, algorithms: [algorithm] })),
  sources: Array.from({ length: SOURCES }, (_, index) => ({ name: sourceOf(index), kind: 'pump' })),
};

export const succeeded = (value: number): Verdict => ({ state: 'SUCCEEDED', code: null, value });

/** What is to become known of a window that holds this value. */
export const allWell = (value: number): Readonly<Record<string, Verdict>> => ({
  [LEVEL.algorithm]: succeeded(value),
  [TREND.algorithm]: succeeded(value + 1),
});
