import { fromValue, type OutcomeEvent } from '@windlass/contracts';
import type { WindowOutcome } from '@windlass/windowing';

/** Of an outcome the trigger needs what may open windows, and what is terminal. */
export const toOutcome = (event: OutcomeEvent): WindowOutcome => ({
  windowId: event.windowId,
  windowType: event.windowType,
  key: event.key,
  startUs: event.startUs,
  endUs: event.endUs,
  revision: event.revision,
  isFinal: event.isFinal,
  parentWindowId: event.parentWindowId,
  metadata: event.metadata,
  depth: event.depth,
  outcomes: event.outcomes.map(({ executionId, algorithm, run, state, result, emissions }) => ({
    executionId,
    algorithm,
    run,
    succeeded: state === 'SUCCEEDED',
    result: result === null ? null : fromValue(result),
    emissions,
  })),
  withdrawn: event.withdrawn.map(({ algorithm, run }) => ({ algorithm, run })),
  openersComplete: event.openersComplete || event.runComplete,
});
