import type { Outcome, OutcomeEvent } from '@windlass/execution';
import type { WindowRecord } from '@windlass/windowing';
import type { StageCore } from '../stage.ts';
import type { ToldOutcome } from '../router-core.ts';

export interface KnownOutcome {
  readonly event: OutcomeEvent;
  readonly outcome: Outcome;
  readonly isStale: boolean;
  readonly isWithdrawn: boolean;
}

/** What is known of one key, by the rules of the result-collector's store: first told wins, but for what says that it is stale. */
export interface Known {
  /** Of each window its records by version. */
  readonly windows: ReadonlyMap<string, readonly WindowRecord[]>;
  readonly outcomes: ReadonlyMap<string, KnownOutcome>;
  /** Withdrawals that came before what they withdraw, too. */
  readonly withdrawn: ReadonlySet<string>;
  /** What contradicts what was known. */
  readonly conflicts: readonly string[];
}

export const collectorCore: StageCore<Known> = {
  topics: ['panes', 'outcomes'],
  nothing: { windows: new Map(), outcomes: new Map(), withdrawn: new Set(), conflicts: [] },
  dueUs: () => null,
  step: ({ state, inputs }) => {
    const draft = {
      windows: new Map(state.windows),
      outcomes: new Map(state.outcomes),
      withdrawn: new Set(state.withdrawn),
      conflicts: [...state.conflicts],
    };
    for (const input of inputs) {
      if (input.topic === 'panes')
        addPane(draft, input.record.value as WindowRecord | { readonly kind: 'memberClosed' });
      else if (input.topic === 'outcomes') addEvent(draft, (input.record.value as ToldOutcome).told);
    }
    return { state: draft, messages: [] };
  },
};

interface Draft {
  readonly windows: Map<string, readonly WindowRecord[]>;
  readonly outcomes: Map<string, KnownOutcome>;
  readonly withdrawn: Set<string>;
  readonly conflicts: string[];
}

export const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));

/** How far a member is tells nothing of a window. */
function addPane(draft: Draft, record: WindowRecord | { readonly kind: 'memberClosed' }): void {
  if (record.kind !== 'memberClosed') addRecord(draft, record);
}

function addRecord({ windows, conflicts }: Draft, record: WindowRecord): void {
  const known = windows.get(record.windowId) ?? [];
  const before = known[record.version - 1];
  if (before && text(before) !== text(record))
    conflicts.push(`version ${record.version} of window ${record.windowId} was told in two ways`);
  if (before) return;
  const next = [...known];
  next[record.version - 1] = record;
  windows.set(record.windowId, next);
}

function addEvent({ outcomes, withdrawn, conflicts }: Draft, event: OutcomeEvent): void {
  for (const outcome of event.outcomes) {
    const { executionId, staleInput } = outcome;
    const known = outcomes.get(executionId);
    if (!known)
      outcomes.set(executionId, { event, outcome, isStale: staleInput, isWithdrawn: withdrawn.has(executionId) });
    else {
      if (verdictOf(known.outcome) !== verdictOf(outcome))
        conflicts.push(
          `execution ${executionId} has two outcomes: ${verdictOf(known.outcome)} and ${verdictOf(outcome)}`,
        );
      outcomes.set(executionId, { ...known, isStale: known.isStale || staleInput });
    }
  }
  for (const { executionId } of event.withdrawn) {
    withdrawn.add(executionId);
    const known = outcomes.get(executionId);
    if (known) outcomes.set(executionId, { ...known, isWithdrawn: true });
  }
}

const verdictOf = ({ staleInput: _, knownAtUs: _at, ...verdict }: Outcome): string => text(verdict);
