import type { OutcomeEvent, PaneEvent } from '@windlass/contracts';
import type { InboundRecord, RejectedRecord, StageInput } from '@windlass/messaging';
import { misfit } from './ids.ts';
import { outcomeWindow, withdrawalFacts } from './outcome-facts.ts';
import { paneFact, windowOfPaneEvent } from './pane-facts.ts';
import type { ChildBounds, Facts, OutcomeFact, PaneFact, WindowFact, WithdrawalFact } from './ports.ts';

export interface Gathered {
  readonly facts: Facts;
  readonly rejected: readonly RejectedRecord[];
}

/** Everything a batch tells, with what it tells twice merged: the store may write each kind of fact in one statement. Pure. */
export function gather(inputs: readonly StageInput[], nowUs: number): Gathered {
  const windows = new Map<string, WindowFact>();
  const panes = new Map<string, PaneFact>();
  const outcomes = new Map<string, OutcomeFact>();
  const withdrawals = new Map<string, WithdrawalFact>();
  const bounds: ChildBounds[] = [];
  const rejected: RejectedRecord[] = [];

  const addWindow = (fact: WindowFact) => {
    const key = `${fact.windowId} ${fact.generation}`;
    const known = windows.get(key);
    windows.set(key, known ? mergeWindows(known, fact) : fact);
  };

  for (const input of inputs) {
    if (input.kind === 'timer') continue;
    const wrong = misfit(input);
    if (wrong) {
      rejected.push({ record: input, to: 'dlq', ...wrong });
      continue;
    }
    if (input.family === 'panes') {
      const { slot, value } = input as InboundRecord<PaneEvent>;
      const pane = paneFact(slot, value);
      if (pane) panes.set(`${pane.windowId} ${pane.generation} ${pane.revision}`, pane);
      const told = windowOfPaneEvent(slot, value, nowUs);
      if (told.window) addWindow(told.window);
      if (told.bounds) bounds.push(told.bounds);
    } else {
      const { slot, value } = input as InboundRecord<OutcomeEvent>;
      addWindow(outcomeWindow(slot, value));
      for (const outcome of value.outcomes) {
        outcomes.set(
          outcome.executionId,
          mergeOutcomes(outcomes.get(outcome.executionId), { slot, event: value, outcome }),
        );
      }
      for (const fact of withdrawalFacts(slot, value)) {
        if (!withdrawals.has(fact.executionId)) withdrawals.set(fact.executionId, fact);
      }
    }
  }
  return {
    facts: {
      windows: [...windows.values()],
      panes: [...panes.values()],
      bounds,
      outcomes: [...outcomes.values()],
      withdrawals: [...withdrawals.values()],
    },
    rejected,
  };
}

/** The trigger's newest version wins; what it does not tell stays; what only the router tells is kept apart by its own version. */
function mergeWindows(a: WindowFact, b: WindowFact): WindowFact {
  const [older, newer] = a.version <= b.version ? [a, b] : [b, a];
  const merged = { ...older, ...definedOf(newer) };
  const completed = (a.outcomeVersion ?? -1) > (b.outcomeVersion ?? -1) ? a : b;
  return { ...merged, ...completionOf(completed) };
}

const definedOf = (fact: WindowFact): WindowFact =>
  Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined)) as unknown as WindowFact;

const completionOf = ({ completeRevision, outcomeVersion }: WindowFact) =>
  outcomeVersion === undefined
    ? {}
    : { outcomeVersion, ...(completeRevision === undefined ? {} : { completeRevision }) };

/** An outcome is told again only to say that its input is stale. */
const mergeOutcomes = (known: OutcomeFact | undefined, told: OutcomeFact): OutcomeFact =>
  known && told.outcome.staleInput ? { ...known, outcome: { ...known.outcome, staleInput: true } } : (known ?? told);
