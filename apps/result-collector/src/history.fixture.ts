import type { OutcomeEvent, PaneEvent } from '@windlass/contracts';
import fc from 'fast-check';
import { finalized, idOf, outcome, outcomes, pane, windowWithdrawn, type WindowSpec } from './records.fixture.ts';

/** A record, and the time at which what it tells became known. */
export interface Told {
  readonly value: PaneEvent | OutcomeEvent;
  readonly atUs: number;
}

export interface History {
  /** In the order of their topics. */
  readonly panes: readonly Told[];
  readonly outcomes: readonly Told[];
}

const WINDOWS = 4;
const ALGORITHMS = ['a@1', 'b@1'];
const nameOf = (key: string, window: number): string => `${key} ${window}`;

const anyPaneStep = fc.record({
  window: fc.nat(WINDOWS - 1),
  what: fc.constantFrom('pane' as const, 'pane' as const, 'final' as const, 'withdrawn' as const, 'bounds' as const),
  load: fc.nat(9),
});

const anyOutcomeStep = fc.record({
  window: fc.nat(WINDOWS - 1),
  generation: fc.constantFrom(0, 0, 0, 1),
  algorithm: fc.constantFrom(...ALGORITHMS),
  what: fc.constantFrom('run' as const, 'run' as const, 'withdraw' as const, 'stale' as const, 'complete' as const),
  completes: fc.boolean(),
});

/** What could have happened to a few windows of one key, one of them the parent of the others, at times that grow. */
export const anyHistory = (key: string): fc.Arbitrary<History> =>
  fc
    .tuple(fc.array(anyPaneStep, { minLength: 1, maxLength: 14 }), fc.array(anyOutcomeStep, { maxLength: 14 }))
    .map(([paneSteps, outcomeSteps]) => {
      const panes = panesOf(key, paneSteps);
      return {
        panes,
        outcomes: outcomesOf(key, outcomeSteps, (window) => firedFirst(panes, idOf(nameOf(key, window)))),
      };
    });

/** When a window fired first; its panes may also be lost. */
function firedFirst(panes: readonly Told[], windowId: string): number {
  const first = panes.find(({ value }) => {
    const [told] = Object.values((value as PaneEvent).event) as {
      readonly windowId: string;
      readonly firedAtUs?: number;
    }[];
    return told!.windowId === windowId && told!.firedAtUs !== undefined;
  });
  return first?.atUs ?? 0;
}

type PaneStep = typeof anyPaneStep extends fc.Arbitrary<infer Step> ? Step : never;
type OutcomeStep = typeof anyOutcomeStep extends fc.Arbitrary<infer Step> ? Step : never;

const specOf = (key: string, window: number): WindowSpec & { readonly parentWindowId: string | null } => ({
  key,
  window: nameOf(key, window),
  startUs: window * 1_000_000_000_000_000,
  parentWindowId: window === 0 ? null : idOf(nameOf(key, 0)),
});

function panesOf(key: string, steps: readonly PaneStep[]): Told[] {
  const revisions = new Map<number, number>();
  const over = new Set<number>();
  return steps.flatMap(({ window, what, load }, index): Told[] => {
    const atUs = 1_000 + index * 20;
    const spec = { ...specOf(key, window), version: index + 1 };
    const revision = revisions.get(window);
    if (over.has(window)) return [];
    if (what === 'pane' || revision === undefined) {
      const next = revision === undefined ? 0 : revision + 1;
      revisions.set(window, next);
      return [{ atUs, value: pane({ ...spec, revision: next, metadata: { load }, firedAtUs: atUs }) }];
    }
    if (what === 'final') {
      over.add(window);
      return [{ atUs, value: finalized({ ...spec, revision, finalizedAtUs: atUs }) }];
    }
    if (what === 'withdrawn') return [{ atUs, value: windowWithdrawn(spec) }];
    const outside = {
      parentWindowId: idOf(nameOf(key, 0)),
      startUs: 0,
      endUs: (load % WINDOWS) * 1_000_000_000_000_000,
    };
    return [{ atUs, value: windowWithdrawn({ ...specOf(key, 0), version: index + 1, outside }) }];
  });
}

/** A window fires before anything is known of its executions. */
function outcomesOf(key: string, steps: readonly OutcomeStep[], firstUs: (window: number) => number): Told[] {
  const runs = new Map<string, number>();
  return steps.flatMap(({ window, generation, algorithm, what, completes }, index): Told[] => {
    const atUs = 1_010 + index * 20;
    if (atUs < firstUs(window)) return [];
    const spec = {
      ...specOf(key, window),
      version: index + 1,
      generation,
      lane: generation === 0 ? ('LIVE' as const) : ('REPLAY' as const),
    };
    const id = `${window} ${generation} ${algorithm}`;
    const last = runs.get(id);
    const of = `${nameOf(key, window)} ${generation}`;
    if (what === 'complete') return [{ atUs, value: outcomes({ ...spec, revision: index % 3, runComplete: true }) }];
    if (what === 'run' || last === undefined) {
      const run = last === undefined ? 0 : last + 1;
      runs.set(id, run);
      const told = [outcome(algorithm, index, { of, run, knownAtUs: atUs })];
      return [{ atUs, value: outcomes({ ...spec, revision: index % 3, outcomes: told, runComplete: completes }) }];
    }
    const told = outcome(algorithm, index, { of, run: last, knownAtUs: 0, staleInput: true });
    if (what === 'stale') return [{ atUs, value: outcomes({ ...spec, outcomes: [told] }) }];
    const { executionId } = told;
    return [
      {
        atUs,
        value: outcomes({
          ...spec,
          withdrawn: [{ executionId, algorithm, run: last, reason: 'INPUT', knownAtUs: atUs }],
        }),
      },
    ];
  });
}
