import { hashedId, type Ref } from '@windlass/dag';
import type { AlgorithmOutcome, Pane, WindowOutcome, WindowRecord } from '@windlass/windowing';
import { SimulationError, type FoundOutcome, type WindowName } from './step.ts';
import { timeText } from './time-text.ts';

interface FiredWindow {
  readonly pane: Pane;
  readonly isFinal: boolean;
  readonly isWithdrawn: boolean;
}

/** The windows that have fired, and which runs there were on them: what the router knows in a hub. */
export class FiredWindows {
  private readonly windows = new Map<string, FiredWindow>();
  /** Number of the last run, by window and algorithm. */
  private readonly runs = new Map<string, number>();

  note(record: WindowRecord): void {
    const known = this.windows.get(record.windowId);
    if (record.kind === 'pane')
      this.windows.set(record.windowId, { pane: record, isFinal: record.isFinal, isWithdrawn: false });
    else if (known && record.kind === 'finalized') this.windows.set(record.windowId, { ...known, isFinal: true });
    else if (known && record.kind === 'withdrawn') this.windows.set(record.windowId, { ...known, isWithdrawn: true });
  }

  /** As the router would publish it. @throws {SimulationError} when there is no such window or run. */
  outcomeOf(found: FoundOutcome): WindowOutcome {
    const { pane, isFinal } = this.find(found.window);
    const { windowId, windowType, key, startUs, endUs, revision, parentWindowId, metadata, depth } = pane;
    const run = this.runOf(windowId, found);
    return {
      windowId,
      windowType,
      key,
      startUs,
      endUs,
      revision,
      isFinal: found.isFinal ?? isFinal,
      parentWindowId,
      metadata,
      depth,
      outcomes: found.isWithdrawal ? [] : [outcome(windowId, run, found, key)],
      withdrawn: found.isWithdrawal ? [{ algorithm: found.algorithm, run }] : [],
      openersComplete: found.runComplete,
    };
  }

  private runOf(windowId: string, { algorithm, isWithdrawal }: FoundOutcome): number {
    const at = `${windowId} ${algorithm}`;
    const last = this.runs.get(at);
    if (!isWithdrawal) {
      const run = (last ?? -1) + 1;
      this.runs.set(at, run);
      return run;
    }
    if (last === undefined)
      throw new SimulationError('NO_RUN', `${algorithm} has no outcome on window ${windowId} that could be withdrawn`);
    return last;
  }

  private find(name: WindowName): FiredWindow {
    const found =
      'windowId' in name
        ? [this.windows.get(name.windowId)].filter((window) => window !== undefined)
        : [...this.windows.values()].filter(
            ({ pane: { windowType, key, startUs } }) =>
              windowType === name.windowType && key === name.key && startUs === name.startUs,
          );
    const holding = found.filter(({ isWithdrawn }) => !isWithdrawn);
    if (holding.length === 1) return holding[0]!;
    if (holding.length > 1) {
      const ids = holding.map(({ pane }) => pane.windowId).join(', ');
      throw new SimulationError(
        'AMBIGUOUS_WINDOW',
        `${shown(name)} are ${holding.length} windows: name one by windowId, ${ids}`,
      );
    }
    throw new SimulationError(
      'UNKNOWN_WINDOW',
      found.length > 0
        ? `${shown(name)} has been withdrawn: nothing runs on it`
        : `${shown(name)} has not fired: an outcome is on a window that has had a pane`,
    );
  }
}

function outcome(windowId: string, run: number, found: FoundOutcome, key: string): AlgorithmOutcome {
  return {
    executionId: executionId(windowId, found.algorithm, run),
    algorithm: found.algorithm,
    run,
    succeeded: found.state === 'SUCCEEDED',
    result: found.result,
    emissions: found.emissions.map((emission) => ({ ...emission, key: emission.key ?? key })),
  };
}

/** As the router makes it, of a live window. */
const executionId = (windowId: string, algorithm: Ref, run: number): string =>
  hashedId([windowId, '0', algorithm, String(run)]);

const shown = (name: WindowName): string =>
  'windowId' in name
    ? `window ${name.windowId}`
    : `the window of ${name.windowType} of ${name.key} from ${timeText(name.startUs)}`;
