import type { Verdict } from './facts.ts';

/** What an algorithm is asked to do with a window, beside its work. */
export type Act = 'none' | 'die' | 'fail-once' | 'overrun-once' | 'linger';

/** Sources of a kind have windows of their own, and processors that work on them alone. */
export type Kind = 'pump' | 'brittle' | 'slow';

export interface Worker {
  readonly processor: string;
  readonly algorithm: string;
}

const level: Worker = { processor: 'faults-level', algorithm: 'level@1' };
/** Needs the level of the same window. */
const trend: Worker = { processor: 'faults-trend', algorithm: 'trend@1' };
const brittle: Worker = { processor: 'faults-brittle', algorithm: 'brittle@1' };
const slow: Worker = { processor: 'faults-slow', algorithm: 'slow@1' };

export const workers = { level, trend, brittle, slow };
export const workersOf: Readonly<Record<Kind, readonly Worker[]>> = {
  pump: [level, trend],
  brittle: [brittle],
  slow: [slow],
};
export const windowTypeOf = (kind: Kind): string => `${kind}-tick@1`;

export const SOURCES = 64;
export const sourceOf = (index: number): string => `source-${String(index).padStart(2, '0')}`;
/** What a source's n-th sample carries: each window holds one. */
export const valueOf = (source: number, n: number): number => source * 1_000_000 + n;

/** Every window is one second wide, closes with the next sample, and is final then. */
export function definitionsFor(kindOf: (source: number) => Kind) {
  const sources = Array.from({ length: SOURCES }, (_, index) => ({ name: sourceOf(index), kind: kindOf(index) }));
  const kinds = [...new Set(sources.map(({ kind }) => kind))];
  return {
    windowTypes: kinds.map((kind) => ({
      ...{ name: `${kind}-tick`, version: 1, for: { kind }, reads: ['sample'], open: { fixed: { size: '1s' } } },
      keepSignals: { count: 10 },
      metadata: { act: { type: 'string', required: true } },
      policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
    })),
    processors: kinds
      .flatMap((kind) => workersOf[kind])
      .map(({ processor, algorithm }) => ({ name: processor, algorithms: [algorithm] })),
    sources,
  };
}

const succeeded = (value: number): Verdict => ({ state: 'SUCCEEDED', code: null, value });
const poisoned: Verdict = { state: 'FAILED', code: 'POISONED', value: null };

/** What is to become known of a window, by algorithm: whatever it asks for but dying ends well. */
export function verdictsOf({
  kind,
  act,
  value,
}: {
  readonly kind: Kind;
  readonly act: Act;
  readonly value: number;
}): Readonly<Record<string, Verdict>> {
  const first = act === 'die' ? poisoned : succeeded(value);
  if (kind !== 'pump') return Object.fromEntries(workersOf[kind].map(({ algorithm }) => [algorithm, first]));
  return { [level.algorithm]: first, [trend.algorithm]: succeeded(value + 1) };
}
