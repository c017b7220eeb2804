import type { DescribedSource, EpochUs, Ref } from '@windlass/dag';
import type { Behind } from './behind.ts';
import type { ClosedWindow, MutableSighting } from './dial/sighting.ts';
import { copyLog, type LoggedElement, type MutableLog } from './element-log.ts';
import type { Habit } from './habit.ts';
import type { EmissionRequest, Input, KeptSignal, Signal } from './input.ts';
import { noteDrop, type DropEntry, type Noted, type WindowEntry } from './journal.ts';
import type { Notice } from './notices.ts';
import type { Offline } from './offline.ts';
import type { KnownMember, MemberReport, MemberState } from './members.ts';
import type { SourcePlan, TypePlan } from './plan.ts';
import type { MemberClosed, WindowRecord } from './records.ts';
import type { Regress } from './regress.ts';
import { emptyType, type Boundary, type Claim, type PastWindow, type SourceState } from './state.ts';
import type { ObservedState } from './runs.ts';
import type { SealedBlock, SealedIds } from './sealed-ids.ts';
import type { SpentStart } from './start-stop.ts';
import { ALWAYS, type Life } from './life.ts';
import { ENDLESS, FOREVER, NEVER } from './time.ts';
import { Window } from './window.ts';

/** A child that is forgotten but for the list of its parent's children. */
export interface PastChild {
  readonly id: string;
  readonly windowType: Ref;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  readonly version: number;
}

/** Something cannot be used. `signal` is set when it arrived with an earlier input. */
export interface Rejection {
  /** Index of the input; -1: an earlier one. */
  readonly input: number;
  readonly signal: Signal | null;
  readonly to: 'dlq' | 'late';
  readonly code: RejectionCode;
  readonly message: string;
  /** Of an element that came too late: when it was, and the types that were final there. */
  readonly late?: LateInput;
  /** Earlier ones that the input has brought too late, by opening or moving what they lie in; with `LATE_WITHIN` they alone are dropped. */
  readonly elements?: readonly LoggedElement[];
}

export interface LateInput {
  readonly eventTimeUs: EpochUs;
  readonly lateFor: readonly { readonly windowType: Ref; readonly finalUpToUs: EpochUs }[];
}

export type RejectionCode =
  | 'LATE'
  | 'LATE_WITHIN'
  | 'TOO_FAR_AHEAD'
  | 'STOP_WITHOUT_START'
  | 'TOO_MANY_BOUNDARIES'
  | 'EMPTY_WINDOW'
  | 'SESSION_TOO_LONG'
  | 'METADATA_MISSING'
  | 'UNKNOWN_WINDOW_TYPE'
  | 'NO_PARENT'
  | 'OUTSIDE_PARENT'
  | 'CAUSATION_TOO_DEEP'
  | 'CHANNEL_TYPE'
  | 'CHANNEL_UNIT'
  | 'CHANNEL_UNDECLARED'
  | 'BAD_SIGNAL'
  | 'BAD_EMISSION';

/** One window type while a step works on it: a private copy that becomes part of the next state. */
export interface TypeDraft {
  readonly plan: TypePlan;
  watermarkUs: EpochUs;
  /** What fired panes before the watermark's last step within this step; NEVER: it has not moved. */
  steppedFromUs: EpochUs;
  idleUs: EpochUs;
  idleAskedUs: EpochUs;
  floorUs: EpochUs;
  scheduleFromUs: EpochUs;
  scheduleToUs: EpochUs;
  windows: Window[];
  past: PastWindow[];
  boundaries: Boundary[];
  spent: readonly SpentStart[];
  claims: Claim[];
  habit: Habit | null;
  spacingsUs: readonly number[];
  observed: ObservedState;
  member: MemberState;
  members: ReadonlyMap<string, KnownMember>;
  heardSinceUs: number;
  frontUs: EpochUs;
  closed: readonly ClosedWindow[];
  /** What this step has seen of it; null: nothing. */
  live: MutableSighting | null;
  history: MutableSighting | null;
  /** No window fires below this watermark; NEVER: not known, look. */
  nextFireUs: EpochUs;
  /** No window is finalised below this floor; NEVER: not known, look. */
  nextFinalUs: EpochUs;
  /** Bounds or existence of windows have changed: types nested in them must look again. */
  restructured: boolean;
}

/** What a step works on. It never leaves the step. */
export interface Draft {
  readonly key: string;
  readonly plan: SourcePlan;
  readonly nowUs: number;
  readonly backlog: boolean;
  /** Processing time from which on silence may be told: before it, what waits on the topics may not have been heard. */
  readonly silenceFromUs: number;
  readonly life: Life;
  /** What the source was at an event time; null: nobody has declared it. */
  readonly sourceAt: (timeUs: EpochUs) => DescribedSource | null;
  readonly keptRetentionUs: number;
  readonly journaling: boolean;
  readonly before: SourceState;
  readonly pastChildren: ReadonlyMap<string, readonly PastChild[]>;
  lastSeenUs: number;
  /** Something has come from outside. */
  isHeard: boolean;
  maxEventUs: EpochUs;
  toldUs: EpochUs;
  offline: Offline | null;
  regress: Regress;
  readonly log: MutableLog;
  sealed: readonly SealedBlock[];
  lastSealed: number;
  /** Those of the blocks that have been read. */
  readonly sealedIds: ReadonlyMap<number, ReadonlySet<number>>;
  readonly sealedAdded: SealedIds[];
  readonly types: Map<Ref, TypeDraft>;
  emitted: readonly number[];
  kept: KeptSignal[];
  /** Index of the input that is being applied. */
  input: number;
  /** The input itself; null: all are done. */
  applied: Input | null;
  /** Its signal, if it is one. */
  current: Signal | null;
  noted: Noted;
  readonly journal: { readonly windows: WindowEntry[]; readonly drops: DropEntry[] };
  readonly records: WindowRecord[];
  readonly closings: MemberClosed[];
  readonly rejections: Rejection[];
  /** What the input has brought too late so far, by type. */
  readonly behind: Map<Ref, Behind>;
  readonly signals: Signal[];
  readonly emissions: EmissionRequest[];
  readonly notices: Notice[];
  readonly reports: MemberReport[];
  readonly keptAdded: KeptSignal[];
  readonly pastAdded: { readonly parentId: string; readonly child: PastChild }[];
  /** Parents of which all past children are to be deleted, or replaced by these. */
  readonly pastReplaced: Map<string, readonly PastChild[]>;
  readonly counts: Counts;
  readonly skipped: SkippedWindows[];
  /** Kept signals from here on must be read back; FOREVER: none. */
  needsKeptFromUs: EpochUs;
  readonly needsPast: Set<string>;
  /** Blocks that must be read. */
  readonly needsSealed: Set<number>;
}

/** Windows of a schedule that were missed, and are not caught up on. */
export interface SkippedWindows {
  readonly windowType: Ref;
  /** `policy`: it says so; `limit`: there are more than it allows. */
  readonly reason: 'policy' | 'limit';
  readonly windows: number;
  /** There are no more of them. */
  readonly isAll: boolean;
  /** They lie within. */
  readonly fromUs: EpochUs;
  readonly toUs: EpochUs;
}

/** What happened to a step's inputs, for metrics. */
export interface Counts {
  duplicates: number;
  late: number;
  /** Signals that no window type reads. */
  unread: number;
  /** Values of channels that the source's kind does not declare, and that are taken. */
  undeclared: number;
  /** Elements that are in no window now. */
  unassigned: number;
  /** Signals a pane could not carry because of the type's limits. */
  keptBeyondLimit: number;
  /** Conditions that could not be judged. */
  unjudged: number;
  /** Elements that might come again and are not remembered: there are too many. */
  forgotten: number;
  /** Signals before the highest event time of their source. */
  outOfOrder: number;
  /** WATERMARKs from outside before one that was told already. */
  watermarksBack: number;
}

export const noCounts = (): Counts => ({
  duplicates: 0,
  late: 0,
  unread: 0,
  undeclared: 0,
  unassigned: 0,
  keptBeyondLimit: 0,
  unjudged: 0,
  forgotten: 0,
  outOfOrder: 0,
  watermarksBack: 0,
});

export interface DraftParts {
  readonly key: string;
  readonly plan: SourcePlan;
  readonly nowUs: number;
  readonly backlog: boolean;
  /** Absent: at any time. */
  readonly silenceFromUs?: number | undefined;
  /** Absent: always. */
  readonly life?: Life | undefined;
  /** Absent: nobody has declared it. */
  readonly sourceAt?: ((timeUs: EpochUs) => DescribedSource | null) | undefined;
  /** How long stored kept signals stay after no window may want them any more, in event time; 0: not at all. */
  readonly keptRetentionUs: number;
  /** Whether what happens to windows and dropped records is told in the step's journal. */
  readonly journaling: boolean;
  readonly state: SourceState;
  readonly pastChildren: ReadonlyMap<string, readonly PastChild[]>;
  /** Ids of the blocks that have been read; absent: of none. */
  readonly sealedIds?: ReadonlyMap<number, ReadonlySet<number>> | undefined;
}

const NO_IDS: ReadonlyMap<number, ReadonlySet<number>> = new Map();
const UNDECLARED = (): null => null;

export const draftOf = ({
  key,
  plan,
  nowUs,
  backlog,
  silenceFromUs = NEVER,
  life = ALWAYS,
  sourceAt = UNDECLARED,
  keptRetentionUs,
  journaling,
  state,
  pastChildren,
  sealedIds = NO_IDS,
}: DraftParts): Draft => ({
  key,
  plan,
  nowUs,
  backlog,
  silenceFromUs,
  life,
  sourceAt,
  keptRetentionUs,
  journaling,
  before: state,
  pastChildren,
  lastSeenUs: state.lastSeenUs,
  isHeard: false,
  maxEventUs: state.maxEventUs,
  toldUs: state.toldUs,
  offline: state.offline,
  regress: state.regress,
  log: copyLog(state.log),
  sealed: state.sealed,
  lastSealed: state.lastSealed,
  sealedIds,
  sealedAdded: [],
  types: new Map(),
  emitted: state.emitted,
  kept: state.kept.slice(),
  input: -1,
  applied: null,
  current: null,
  noted: state.noted,
  journal: { windows: [], drops: [] },
  records: [],
  closings: [],
  rejections: [],
  behind: new Map(),
  signals: [],
  emissions: [],
  notices: [],
  reports: [],
  keptAdded: [],
  pastAdded: [],
  pastReplaced: new Map(),
  counts: noCounts(),
  skipped: [],
  needsKeptFromUs: FOREVER,
  needsPast: new Set(),
  needsSealed: new Set(),
});

/** The type's working copy, made when first touched. */
export function typeIn(draft: Draft, plan: TypePlan): TypeDraft {
  const known = draft.types.get(plan.ref);
  if (known) return known;
  const state = draft.before.types.get(plan.ref) ?? { ...emptyType, watermarkUs: toldTo(draft, plan) };
  const type: TypeDraft = {
    plan,
    watermarkUs: state.watermarkUs,
    steppedFromUs: NEVER,
    idleUs: state.idleUs,
    idleAskedUs: state.idleAskedUs,
    floorUs: state.floorUs,
    scheduleFromUs: state.scheduleFromUs,
    scheduleToUs: state.scheduleToUs,
    windows: state.windows.map((window) => new Window(window)),
    past: state.past.slice(),
    boundaries: state.boundaries.slice(),
    spent: state.spent,
    claims: state.claims.slice(),
    habit: state.habit,
    spacingsUs: state.spacingsUs,
    observed: state.observed,
    member: state.member,
    members: state.members,
    heardSinceUs: state.heardSinceUs,
    frontUs: state.frontUs,
    closed: state.closed,
    live: null,
    history: null,
    nextFireUs: NEVER,
    nextFinalUs: NEVER,
    restructured: false,
  };
  draft.types.set(plan.ref, type);
  return type;
}

/** What WATERMARKs have told before the type was there, as far as it would have taken it. */
function toldTo({ before: { toldUs }, nowUs }: Draft, { policy: { maxAheadUs } }: TypePlan): EpochUs {
  const isTaken = maxAheadUs === null || toldUs <= nowUs + maxAheadUs || toldUs >= ENDLESS;
  return isTaken ? toldUs : NEVER;
}

/** The watermark that fires panes. */
export const firingWatermark = (type: TypeDraft): EpochUs => Math.max(type.watermarkUs, type.idleUs);

export function reject(
  draft: Draft,
  rejection: Pick<Rejection, 'to' | 'code' | 'message' | 'late' | 'elements'> & {
    readonly signal?: Signal;
    /** Window types that could not use it. Default: whichever read it. */
    readonly windowTypes?: readonly Ref[];
  },
): void {
  const { to, code, message, signal, late, elements, windowTypes = [] } = rejection;
  if (elements) for (const element of elements) noteDrop(draft, { code, message, windowTypes, element });
  else noteDrop(draft, { code, message, windowTypes, signal });
  const input = signal ? -1 : draft.input;
  const rest = { ...(late && { late }), ...(elements && { elements }) };
  draft.rejections.push({ input, signal: signal ?? null, to, code, message, ...rest });
}
