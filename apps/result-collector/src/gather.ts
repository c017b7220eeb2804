import type { OutcomeEvent, PaneEvent } from '@windlass/contracts';
import type { InboundRecord, RejectedRecord, StageInput } from '@windlass/messaging';
import type { ChildBounds, Facts, OutcomeFact, PaneFact, WindowChange, WindowFact, WithdrawalFact } from './facts.ts';
import { misfit } from './ids.ts';
import { completion, outcomeFact, outcomeWindow, withdrawalFacts } from './outcome-facts.ts';
import { paneFact, windowOfPaneEvent } from './pane-facts.ts';

export interface Gathered {
  /** To be written one after the other; almost always one. */
  readonly steps: readonly Facts[];
  readonly rejected: readonly RejectedRecord[];
  /** Records of windows that are older than what is kept. */
  readonly expired: number;
}

/**
 * Everything a batch tells, with what it tells twice merged: the store may write each kind of fact of a step in one statement. What comes
 * after bounds of children is another step, for a child may be opened again. Windows that start before `oldestUs` are passed over. Pure.
 */
export function gather(
  inputs: readonly StageInput[],
  { oldestUs = -Infinity }: { readonly oldestUs?: number } = {},
): Gathered {
  const rejected: RejectedRecord[] = [];
  const steps: Step[] = [];
  let expired = 0;
  let step = new Step();
  for (const input of inputs) {
    if (input.kind === 'timer') continue;
    const wrong = misfit(input);
    if (wrong) rejected.push({ record: input, to: 'dlq', ...wrong });
    else if (startOf(input) < oldestUs) expired += 1;
    else {
      if (step.bounds.length > 0 && input.family === 'panes') {
        steps.push(step);
        step = new Step();
      }
      step.add(input);
    }
  }
  if (!step.isEmpty) steps.push(step);
  return { steps: steps.map((one) => one.facts()), rejected, expired };
}

function startOf({ family, value }: InboundRecord): number {
  if (family !== 'panes') return (value as OutcomeEvent).startUs;
  return (Object.values((value as PaneEvent).event)[0] as { readonly startUs: number }).startUs;
}

class Step {
  readonly bounds: ChildBounds[] = [];
  private readonly windows = new Map<string, WindowFact>();
  private readonly seen = new Map<string, WindowFact>();
  private readonly changes = new Map<string, WindowChange>();
  private readonly panes = new Map<string, PaneFact>();
  private readonly outcomes = new Map<string, OutcomeFact>();
  private readonly withdrawals = new Map<string, WithdrawalFact>();

  get isEmpty(): boolean {
    return [this.bounds, this.windows, this.seen, this.panes].every(
      (told) => ('size' in told ? told.size : told.length) === 0,
    );
  }

  add(record: InboundRecord): void {
    if (record.family === 'panes') this.addPane(record as InboundRecord<PaneEvent>);
    else this.addOutcomes(record as InboundRecord<OutcomeEvent>);
  }

  facts(): Facts {
    for (const key of this.windows.keys()) this.seen.delete(key);
    return {
      windows: [...this.windows.values()],
      seen: [...this.seen.values()],
      changes: [...this.changes.values()],
      panes: [...this.panes.values()],
      bounds: this.bounds,
      outcomes: [...this.outcomes.values()],
      withdrawals: [...this.withdrawals.values()],
    };
  }

  private addPane({ slot, value, timestampUs }: InboundRecord<PaneEvent>): void {
    const pane = paneFact(slot, value);
    if (pane) addFirst(this.panes, `${pane.windowId} ${pane.generation} ${pane.revision}`, pane);
    const { window, change, bounds } = windowOfPaneEvent(slot, value, timestampUs);
    if (window) {
      const key = `${window.windowId} ${window.generation}`;
      const known = this.windows.get(key) ?? this.seen.get(key);
      this.windows.set(key, known ? withoutMetadata(mergeWindows(known, window)) : window);
    }
    if (change) this.addChange(change);
    if (bounds) this.bounds.push(bounds);
  }

  private addOutcomes({ slot, value, timestampUs }: InboundRecord<OutcomeEvent>): void {
    const window = outcomeWindow(slot, value);
    const key = `${window.windowId} ${window.generation}`;
    const known = this.windows.get(key);
    if (known) this.windows.set(key, withoutMetadata({ ...window, ...definedOf(known) }));
    else addFirst(this.seen, key, window);
    const complete = completion(slot, value, timestampUs);
    if (complete) this.addChange(complete);
    for (const outcome of value.outcomes) {
      const told = outcomeFact({ slot, event: value, outcome, timestampUs });
      const before = this.outcomes.get(outcome.executionId);
      this.outcomes.set(outcome.executionId, before ? mergeOutcomes(before, told) : told);
    }
    for (const fact of withdrawalFacts(slot, value)) addFirst(this.withdrawals, fact.executionId, fact);
  }

  private addChange(change: WindowChange): void {
    addFirst(this.changes, `${change.windowId} ${change.generation} ${change.kind} ${change.version}`, change);
  }
}

function addFirst<Fact>(facts: Map<string, Fact>, key: string, fact: Fact): void {
  if (!facts.has(key)) facts.set(key, fact);
}

/** The trigger's newest version wins; what it does not tell stays. */
function mergeWindows(a: WindowFact, b: WindowFact): WindowFact {
  const [older, newer] = a.version <= b.version ? [a, b] : [b, a];
  const { stateReason: _reason, replacedBy: _replacedBy, ...kept } = older;
  return { ...(newer.state === undefined ? older : kept), ...definedOf(newer) };
}

/** What a pane told is with the pane. */
function withoutMetadata({ metadata, ...fact }: WindowFact): WindowFact {
  const fired = fact.revision !== undefined && fact.lane !== undefined;
  return fired || metadata === undefined ? fact : { ...fact, metadata };
}

const definedOf = (fact: WindowFact): WindowFact =>
  Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined)) as unknown as WindowFact;

/** An outcome is told again only to say that its input is stale. */
const mergeOutcomes = (known: OutcomeFact, told: OutcomeFact): OutcomeFact =>
  told.staleAtUs !== null && told.staleAtUs < (known.staleAtUs ?? Infinity)
    ? { ...known, staleAtUs: told.staleAtUs }
    : known;
