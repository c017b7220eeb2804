import type { OutcomeEvent } from '@windlass/contracts';
import type { WindowFact, WithdrawalFact } from './ports.ts';

/** What an outcome says of its window. It may come before the window's pane, whose word then replaces it: version −1. */
export function outcomeWindow(slot: number, event: OutcomeEvent): WindowFact {
  const { windowId, generation, key, windowType, startUs, endUs, metadata, lane, depth, parentWindowId } = event;
  return {
    ...{ slot, windowId, generation, key, windowType, startUs, endUs, metadata, lane, depth },
    version: -1,
    outcomeVersion: event.version,
    ...(parentWindowId === null ? {} : { parentWindowId }),
    ...(event.runComplete ? { completeRevision: event.revision } : {}),
  };
}

export function withdrawalFacts(
  slot: number,
  { windowId, generation, startUs, withdrawn }: OutcomeEvent,
): WithdrawalFact[] {
  return withdrawn.map(({ executionId, algorithm, run, reason, knownAtUs }) => ({
    ...{ slot, windowId, generation, startUs },
    ...{ executionId, algorithm, run, reason, knownAtUs },
  }));
}
