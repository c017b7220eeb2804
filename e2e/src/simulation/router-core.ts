import {
  KeyState,
  step,
  type DoneWindow,
  type ExecutionLimits,
  type KeyInput,
  type MemberNews,
  type OutcomeEvent,
  type Plans,
  type Result,
  type Step,
  type WindowKey,
  type WindowState,
} from '@windlass/execution';
import type { MemberClosed, WindowOutcome, WindowRecord } from '@windlass/windowing';
import type { StageCore, StageInput } from './stage.ts';
import type { SimulatedMessage } from './topics.ts';

/** What the router has committed of one key. */
export interface RoutedKey {
  readonly windows: ReadonlyMap<WindowKey, WindowState | DoneWindow>;
  readonly timerUs: number | null;
  /** The same as it is kept in memory while the partition is held; what is read from the store has none. */
  readonly live?: KeyState;
}

const limits: ExecutionLimits = {
  redispatchAfterUs: 120e6,
  notHereDelayUs: 1e6,
  retentionUs: 600e6,
  doneWindows: 1_000,
  failedRetentionUs: 600e6,
  taskBytes: 8e6,
  inlineBytes: 4e6,
  inputBytes: 256e6,
  emissions: 1_000,
};

/** What a pane counts as in the router's memory; the simulation has no bytes. */
const PANE_BYTES = 100;

function restored(key: string, { windows, timerUs }: RoutedKey, nowUs: number): KeyState {
  const state = new KeyState(key);
  state.restore(windows, nowUs + limits.retentionUs);
  state.timerUs = timerUs;
  return state;
}

/** The router's core, as its service runs it in its stage, with as much credit as there are tasks. */
export function routerCore(plans: Plans, newTaskId: () => string): StageCore<RoutedKey> {
  return {
    topics: ['panes', 'results', 'group-outcomes'],
    nothing: { windows: new Map(), timerUs: null },
    dueUs: ({ timerUs }) => timerUs,
    stored: ({ windows, timerUs }) => ({ windows, timerUs }),
    step: ({ key, state: before, nowUs, inputs }) => {
      const state = before.live ?? restored(key, before, nowUs);
      const context = { nowUs, plans, newTaskId, admit: () => true, limits };
      const messages = inputs.flatMap((input) => {
        const taken = step(state, toInput(input), context);
        state.apply(taken);
        return messagesOf(key, taken);
      });
      const kept = [...state.all(), ...state.allDone()].map((one) => [one.window, one] as const);
      return { state: { windows: new Map(kept), timerUs: state.timerUs, live: state }, messages };
    },
  };
}

const messagesOf = (key: string, { tasks, outcomes, forwards }: Step): SimulatedMessage[] => [
  ...tasks.map((value) => ({ topic: 'windows', key, value })),
  ...forwards.map(({ group, ...news }) => ({ topic: 'group-outcomes', key: group, value: news })),
  ...outcomes.map((event) => ({ topic: 'outcomes', key, value: toOutcome(event) })),
];

function toInput(input: StageInput): KeyInput {
  if (input.topic === null) return { kind: 'timer' };
  const { value } = input.record;
  if (input.topic === 'group-outcomes') return { kind: 'memberNews', news: value as MemberNews };
  if (input.topic === 'results') return { kind: 'result', result: value as Result };
  const record = value as WindowRecord | ({ readonly kind: 'memberClosed' } & MemberClosed);
  switch (record.kind) {
    case 'pane':
      return { kind: 'pane', pane: { ...record, generation: 0, lane: 'LIVE' }, bytes: PANE_BYTES };
    case 'withdrawn':
      return { kind: 'withdrawn', record: { ...record, generation: 0 } };
    case 'finalized':
      return { kind: 'finalized', record: { ...record, generation: 0 } };
    case 'childrenClosed':
      return { kind: 'childrenClosed', record: { ...record, generation: 0 } };
    case 'memberClosed':
      return { kind: 'memberClosed', record: { ...record, generation: 0 } };
    default:
      return record satisfies never;
  }
}

/** What the trigger makes of it, and what a reader of the outcomes topic may look at beside that. */
export interface ToldOutcome extends WindowOutcome {
  readonly told: OutcomeEvent;
}

const toOutcome = (told: OutcomeEvent): ToldOutcome => ({
  ...told,
  outcomes: told.outcomes.map(({ state, ...outcome }) => ({ ...outcome, succeeded: state === 'SUCCEEDED' })),
  told,
});
