import { hashedId, type Ref } from '@windlass/dag';
import type { Execution, OutcomeState, Settled } from './execution.ts';
import type { MemberClosed, Pane, WindowHeader } from './pane.ts';
import { windowKey } from './pane.ts';
import type { TypePlan } from './plan.ts';
import { sizeOf } from './value.ts';
import { aligned, type WindowState } from './window-state.ts';

/** How an algorithm stands on a member's window, as its group is told. */
export interface Standing extends WindowHeader {
  readonly revision: number;
  readonly timing: Pane['timing'];
  readonly isFinal: boolean;
  /** Nothing of it can change any more. */
  readonly isFirm: boolean;
  /** The window never was, or the source was not in the group then. */
  readonly withdrawn: boolean;
  readonly completeness: number | null;
  readonly metadata: Pane['metadata'];
  readonly lane: Pane['lane'];
  readonly dagRevision: number;
  readonly algorithm: Ref;
  /** Null: it has no run (yet). `PENDING`: its run is not over. */
  readonly execution:
    | (Pick<Execution, 'executionId' | 'run' | 'value' | 'cascade'> & {
        readonly state: 'PENDING' | OutcomeState;
        readonly settled: Omit<Settled, 'resultBytes' | 'told'> | null;
      })
    | null;
}

/** What a group is told of a member. */
export type MemberNews =
  | { readonly kind: 'standing'; readonly standing: Standing }
  | { readonly kind: 'closed'; readonly closed: Omit<MemberClosed, 'groups'> };

/** A window of a member, kept by its group: its results are read, and it never runs. `key` is the group's. */
export const isGuest = ({ pane }: WindowState, key: string): boolean => pane.key !== key;

/** A guest without time: it tells how far a member is. No real window is empty. */
export const isFrontier = ({ pane }: WindowState): boolean => pane.startUs === pane.endUs;

/** Of the row that tells how far a member is; no window has it. */
export const frontierId = ({ key, windowType }: Pick<MemberClosed, 'key' | 'windowType'>): string =>
  hashedId(['member', key, windowType]);

const GUEST_BYTES = 300;

/** The guest after it was told of one of its algorithms. `known`: as it was. */
export function guestOf(standing: Standing, plan: TypePlan, known: WindowState | undefined): WindowState {
  const { execution, algorithm } = standing;
  const others = (known?.executions ?? []).filter((x) => x !== null && x.algorithm !== algorithm);
  return {
    ...nothing,
    window: windowKey(standing),
    version: standing.version,
    pane: paneOf(standing),
    finalized: standing.isFinal,
    withdrawn: standing.withdrawn,
    firm: standing.isFirm,
    executions: aligned(execution ? [...others, executionOf(algorithm, execution)] : others, plan),
  };
}

/** What is known of how far a member is; it never goes back. */
export function frontierOf(closed: Omit<MemberClosed, 'groups'>, known: WindowState | undefined): WindowState {
  const { key, generation, windowType, dagRevision } = closed;
  const windowId = frontierId(closed);
  const endUs = Math.max(closed.closedUs, known?.pane.endUs ?? Number.NEGATIVE_INFINITY);
  const settledUs = Math.max(
    closed.settledUs ?? Number.NEGATIVE_INFINITY,
    known?.pane.watermarkUs ?? Number.NEGATIVE_INFINITY,
  );
  const header = { windowId, generation, windowType, key, dagRevision, startUs: endUs, endUs };
  return {
    ...nothing,
    window: windowKey({ windowId, generation }),
    version: 0,
    pane: { ...emptyPane, ...header, watermarkUs: Number.isFinite(settledUs) ? settledUs : null },
    firm: true,
  };
}

const executionOf = (algorithm: Ref, { settled, state, ...x }: NonNullable<Standing['execution']>): Execution => ({
  ...x,
  algorithm,
  processor: '',
  attempt: 0,
  state,
  revision: settled?.revision ?? 0,
  openedUs: 0,
  notBeforeUs: 0,
  taskId: null,
  dispatchedUs: 0,
  inputs: [],
  settledBy: null,
  staleInput: false,
  settled: settled && {
    ...settled,
    resultBytes: settled.state === 'SUCCEEDED' ? sizeOf(settled.result) : 0,
    told: null,
  },
  heldBy: null,
  failures: [],
});

const emptyPane: Omit<Pane, 'windowId' | 'windowType' | 'key' | 'startUs' | 'endUs' | 'dagRevision' | 'generation'> = {
  version: 0,
  revision: 0,
  timing: 'ON_TIME',
  isFinal: true,
  elements: 0,
  added: 0,
  completeness: null,
  gapUs: null,
  watermarkUs: null,
  parentWindowId: null,
  previous: [],
  metadata: {},
  signals: null,
  openedBy: null,
  depth: 0,
  source: null,
  policyRevision: 0,
  lane: 'LIVE',
  firedAtUs: 0,
  members: null,
};

const paneOf = ({ isFirm: _, withdrawn: __, execution: ___, algorithm: ____, ...told }: Standing): Pane => ({
  ...emptyPane,
  ...told,
});

const nothing: Omit<WindowState, 'window' | 'version' | 'pane' | 'firm'> = {
  kind: 'open',
  outcomeVersion: 0,
  paneBytes: GUEST_BYTES,
  waiting: null,
  finalized: true,
  withdrawn: false,
  firstRun: 0,
  completedRevision: -1,
  completedFinal: false,
  executions: [],
  children: {},
  deadlineUs: null,
};
