import type { Outcome, OutcomeEvent } from '@windlass/contracts';
import type { OutcomeFact, WindowChange, WindowFact, WithdrawalFact } from './facts.ts';

/** What an outcome says of its window. It may come before the window's pane, whose word then replaces it: version −1. */
export function outcomeWindow(slot: number, event: OutcomeEvent): WindowFact {
  const { windowId, generation, key, windowType, startUs, endUs, metadata, lane, depth, parentWindowId } = event;
  return {
    ...{ slot, windowId, generation, key, windowType, startUs, endUs, metadata, lane, depth },
    version: -1,
    ...(parentWindowId === null ? {} : { parentWindowId }),
  };
}

export const outcomeFact = ({
  slot,
  event,
  outcome,
  timestampUs,
}: {
  readonly slot: number;
  readonly event: OutcomeEvent;
  readonly outcome: Outcome;
  readonly timestampUs: number;
}): OutcomeFact => ({ slot, event, outcome, staleAtUs: outcome.staleInput ? timestampUs : null });

/** That a revision's run is complete, unless an outcome that is told for the first time says so. */
export function completion(
  slot: number,
  { windowId, generation, startUs, version, revision, outcomes, runComplete }: OutcomeEvent,
  atUs: number,
): WindowChange | undefined {
  if (!runComplete || (outcomes.length > 0 && !outcomes.some(({ staleInput }) => staleInput))) return undefined;
  return {
    ...{ slot, windowId, generation, startUs, version, revision, atUs },
    kind: 'COMPLETE',
    reason: null,
    replacedBy: [],
  };
}

export function withdrawalFacts(
  slot: number,
  { windowId, generation, key, windowType, startUs, withdrawn }: OutcomeEvent,
): WithdrawalFact[] {
  return withdrawn.map(({ executionId, algorithm, run, reason, knownAtUs }) => ({
    ...{ slot, windowId, generation, key, windowType, startUs },
    ...{ executionId, algorithm, run, reason, knownAtUs },
  }));
}
