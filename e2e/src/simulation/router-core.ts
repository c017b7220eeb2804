import {
  KeyState,
  step,
  type DoneWindow,
  type ExecutionLimits,
  type KeyInput,
  type OutcomeEvent,
  type Plans,
  type Result,
  type Step,
  type WindowKey,
  type WindowState,
} from '@windlass/execution';
import type { WindowOutcome, WindowRecord } from '@windlass/windowing';
import type { StageCore, StageInput } from './stage.ts';
import type { SimulatedMessage } from './topics.ts';

/** What the router has committed of one key. */
export interface RoutedKey {
  readonly windows: ReadonlyMap<WindowKey, WindowState | DoneWindow>;
  readonly timerUs: number | null;
}

const limits: ExecutionLimits = {
  redispatchAfterUs: 1e12,
  notHereDelayUs: 1e6,
  retentionUs: 600e6,
  doneWindows: 1_000,
  failedRetentionUs: 600e6,
  taskBytes: 8e6,
  emissions: 1_000,
};

/** What a pane counts as in the router's memory; the simulation has no bytes. */
const PANE_BYTES = 100;

/** The router's core, as its service runs it in its stage, with as much credit as there are tasks. Every batch reads its state anew. */
export function routerCore(plans: Plans): StageCore<RoutedKey> {
  let tasks = 0;
  return {
    topics: ['panes', 'results'],
    nothing: { windows: new Map(), timerUs: null },
    dueUs: ({ timerUs }) => timerUs,
    step: ({ key, state: { windows, timerUs }, nowUs, inputs }) => {
      const state = new KeyState(key);
      state.restore(windows, nowUs + limits.retentionUs);
      state.timerUs = timerUs;
      const context = { nowUs, plans, newTaskId: () => `task-${tasks++}`, admit: () => true, limits };
      const messages = inputs.flatMap((input) => {
        const taken = step(state, toInput(input), context);
        state.apply(taken);
        return messagesOf(key, taken);
      });
      const kept = [...state.all(), ...state.allDone()].map((one) => [one.window, one] as const);
      return { state: { windows: new Map(kept), timerUs: state.timerUs }, messages };
    },
  };
}

const messagesOf = (key: string, { tasks, outcomes }: Step): SimulatedMessage[] => [
  ...tasks.map((value) => ({ topic: 'windows', key, value })),
  ...outcomes.map((event) => ({ topic: 'outcomes', key, value: toOutcome(event) })),
];

function toInput(input: StageInput): KeyInput {
  if (input.topic === null) return { kind: 'timer' };
  const { value } = input.record;
  if (input.topic === 'results') return { kind: 'result', result: value as Result };
  const record = value as WindowRecord;
  switch (record.kind) {
    case 'pane':
      return { kind: 'pane', pane: { ...record, generation: 0, lane: 'LIVE' }, bytes: PANE_BYTES };
    case 'withdrawn':
      return { kind: 'withdrawn', record: { ...record, generation: 0 } };
    case 'finalized':
      return { kind: 'finalized', record: { ...record, generation: 0 } };
    case 'childrenClosed':
      return { kind: 'childrenClosed', record: { ...record, generation: 0 } };
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
