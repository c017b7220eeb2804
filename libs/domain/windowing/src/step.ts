import type { EpochUs } from '@windlass/dag';
import { tellBehind } from './behind.ts';
import { matchWindows } from './boundaries.ts';
import { closeChildren } from './children.ts';
import { sightingsOf, type Sighting } from './dial/sighting.ts';
import { tellClosed } from './closing.ts';
import { openClaimed } from './claims.ts';
import {
  draftOf,
  typeIn,
  type Counts,
  type Draft,
  type DraftParts,
  type PastChild,
  type Rejection,
  type SkippedWindows,
  type TypeDraft,
} from './draft.ts';
import { logOf } from './element-log.ts';
import { onEmission } from './emissions.ts';
import { fireEarlyByTime, settle } from './fire.ts';
import { forget, keptNeededFrom, pruneElements } from './forget.ts';
import type { EmissionRequest, Input, KeptSignal, Signal } from './input.ts';
import type { Journal } from './journal.ts';
import { retain, retentionDueUs } from './kept-retention.ts';
import type { Notice } from './notices.ts';
import { judgeOffline } from './offline.ts';
import { followPolicy } from './follow-policy.ts';
import { firstAt, mergeKept } from './kept.ts';
import { followMembers, onReport, reportProgress, type MemberReport } from './members.ts';
import { drawWindows } from './observed-windows.ts';
import { onOutcome } from './outcome.ts';
import type { TypePlan } from './plan.ts';
import type { MemberClosed, WindowRecord } from './records.ts';
import { sealedChange, type SealedIds } from './sealed-ids.ts';
import { onSignal } from './signal.ts';
import { goneSilent, judgeSilence } from './silence.ts';
import type { SourceState, TypeState } from './state.ts';
import { FOREVER, NEVER } from './time.ts';
import { askForWatermarks, nextDueUs } from './timers.ts';
import { onWatermark } from './watermark.ts';

/** What inputs of one source do. Nothing has happened yet: commit all of it or none. */
export interface Step {
  readonly state: SourceState;
  /** For the panes topic, in this order. */
  readonly records: readonly WindowRecord[];
  /** For the panes topic, after all records. */
  readonly closings: readonly MemberClosed[];
  /** WATERMARK signals of this source, for the signals topic. */
  readonly signals: readonly Signal[];
  /** Windows of other keys that this source's results ask for. */
  readonly emissions: readonly EmissionRequest[];
  /** For the groups that the source is in. */
  readonly reports: readonly MemberReport[];
  readonly rejections: readonly Rejection[];
  /** For the notices topic, in this order. */
  readonly notices: readonly Notice[];
  readonly kept: {
    readonly added: readonly KeptSignal[];
    /** Delete stored ones before this; null: nothing to delete. */
    readonly deleteBeforeUs: number | null;
  };
  readonly pastChildren: {
    readonly added: readonly { readonly parentId: string; readonly child: PastChild }[];
    /** All stored children of these parents are replaced. */
    readonly replaced: ReadonlyMap<string, readonly PastChild[]>;
  };
  /** Ids of older elements, by block. */
  readonly sealed: { readonly added: readonly SealedIds[]; readonly gone: readonly number[] };
  /** The source's timer must be set to this; null: cleared; undefined: it stays as it is. */
  readonly timerUs: number | null | undefined;
  readonly counts: Counts;
  /** For the dial: how late elements were, and what panes told when. */
  readonly sightings: readonly Sighting[];
  readonly skipped: readonly SkippedWindows[];
  /** Empty unless asked for. */
  readonly journal: Journal;
}

/** The step cannot be taken before these are in memory: read them, and take it again. */
export interface Needs {
  /** Kept signals of the source from this event time on: see `withKept`. null: none. */
  readonly keptFromUs: EpochUs | null;
  /** Past children of these windows. */
  readonly pastChildrenOf: readonly string[];
  /** Ids of these blocks. */
  readonly sealed: readonly number[];
}

export type StepParts = DraftParts & { readonly inputs: readonly Input[] };

/**
 * Applies inputs of one source, one after the other, at one instant of processing time. Pure: it reads no clock, and the same parts
 * give the same answer. LATE panes are told once, after the last input; everything else in between.
 */
export function takeStep(parts: StepParts): { readonly step: Step } | { readonly needs: Needs } {
  const draft = draftOf(parts);
  parts.inputs.forEach((input, index) => {
    draft.input = index;
    draft.applied = input;
    draft.current = input.kind === 'signal' ? input.signal : null;
    apply(draft, input);
    followStructure(draft);
    tellBehind(draft);
  });
  draft.input = -1;
  draft.applied = null;
  draft.current = null;
  followMembers(draft);
  for (const { ref } of draft.plan.types) {
    const type = draft.types.get(ref);
    if (type) settle(draft, type, { flush: true });
  }
  for (const type of inOrder(draft)) if (type.plan.children.length > 0) closeChildren(draft, type);
  if (draft.needsKeptFromUs !== FOREVER || draft.needsPast.size > 0 || draft.needsSealed.size > 0)
    return { needs: needsOf(draft) };
  reportProgress(draft);
  tellClosed(draft);
  forget(draft);
  judgeOffline(draft);
  judgeSilence(draft);
  return { step: finish(draft) };
}

const needsOf = (draft: Draft): Needs => ({
  keptFromUs: draft.needsKeptFromUs === FOREVER ? null : Math.min(draft.needsKeptFromUs, keptNeededFrom(draft)),
  pastChildrenOf: [...draft.needsPast],
  sealed: [...draft.needsSealed],
});

function apply(draft: Draft, input: Input): void {
  switch (input.kind) {
    case 'signal':
      if (input.signal.cause === null) {
        draft.lastSeenUs = draft.nowUs;
        draft.isHeard = true;
      }
      return input.signal.phase === 'WATERMARK' ? onWatermark(draft, input.signal) : onSignal(draft, input.signal);
    case 'emission':
      return onEmission(draft, input.emission);
    case 'outcome':
      return onOutcome(draft, input.outcome);
    case 'report':
      return onReport(draft, input.report);
    case 'timer':
      return onTimer(draft);
    default:
      return input satisfies never;
  }
}

function onTimer(draft: Draft): void {
  for (const plan of draft.plan.types) {
    const type = typeIn(draft, plan);
    followPolicy(draft, type);
    fireEarlyByTime(draft, type);
  }
  askForWatermarks(draft);
}

/** Types that lie in windows which have come, gone or moved, are derived again; and what is now due fires. */
function followStructure(draft: Draft): void {
  if (![...draft.types.values()].some(({ restructured }) => restructured)) return;
  for (const plan of draft.plan.types) {
    if (!hasMovedAncestor(draft, plan)) continue;
    const type = typeIn(draft, plan);
    matchWindows(draft, type);
    drawWindows(draft, type);
    openClaimed(draft, type);
  }
  for (const type of inOrder(draft)) {
    type.restructured = false;
    settle(draft, type, { flush: false });
  }
}

const hasMovedAncestor = (draft: Draft, { parent }: TypePlan): boolean =>
  parent !== null && (draft.types.get(parent.ref)?.restructured === true || hasMovedAncestor(draft, parent));

const inOrder = (draft: Draft): TypeDraft[] => draft.plan.types.flatMap(({ ref }) => draft.types.get(ref) ?? []);

function finish(draft: Draft): Step {
  const neededUs = pruneElements(draft);
  const { before } = draft;
  const { added, deleteBeforeUs, keptDeletedUs, keptOldestUs } = retain(draft, neededUs);
  const dueUs = earlier(nextDueUs(draft), retentionDueUs(draft, keptOldestUs));
  const timerUs = timerChange(draft, dueUs);
  return {
    state: {
      lastSeenUs: draft.lastSeenUs,
      maxEventUs: draft.maxEventUs,
      toldUs: draft.toldUs,
      log: logOf(draft.log),
      types: nextTypes(draft),
      emitted: draft.emitted,
      timerUs: timerUs === undefined ? before.timerUs : timerUs,
      ...keptInMemory(draft, neededUs),
      keptDeletedUs,
      keptOldestUs,
      noted: draft.noted,
      sealed: draft.sealed,
      lastSealed: draft.lastSealed,
      offline: draft.offline,
      regress: draft.regress,
    },
    records: draft.records,
    closings: draft.closings,
    signals: draft.signals,
    emissions: draft.emissions,
    reports: draft.reports,
    rejections: draft.rejections,
    notices: draft.notices,
    skipped: draft.skipped,
    kept: { added, deleteBeforeUs },
    pastChildren: { added: draft.pastAdded, replaced: draft.pastReplaced },
    sealed: sealedChange(draft),
    timerUs,
    counts: draft.counts,
    journal: draft.journal,
    sightings: sightingsOf(draft.types.values()),
  };
}

/** Signals of one source that stay in memory; of a longer list, those of windows that have fired are read back when late elements come. */
const KEPT_IN_MEMORY = 2_000;

function keptInMemory({ before, kept, types }: Draft, neededUs: EpochUs): Pick<SourceState, 'kept' | 'keptFromUs'> {
  const last = kept.at(-1);
  const isWhole = before.keptFromUs <= neededUs;
  if (!last || kept.length <= KEPT_IN_MEMORY) return { kept, keptFromUs: isWhole ? NEVER : before.keptFromUs };
  let fromUs = last.eventTimeUs + 1;
  for (const { plan, windows } of types.values())
    if (plan.type.keepSignals) for (const { fired, startUs } of windows) if (!fired) fromUs = Math.min(fromUs, startUs);
  if (fromUs <= before.keptFromUs) return { kept, keptFromUs: before.keptFromUs };
  return { kept: kept.slice(firstAt(kept, fromUs)), keptFromUs: fromUs };
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** A timer row is written again only for an earlier time, or after it has fired. */
function timerChange(draft: Draft, dueUs: number | null): number | null | undefined {
  const setUs = draft.before.timerUs;
  const isPending = setUs !== null && setUs > draft.nowUs;
  if (isPending && (dueUs === null || dueUs >= setUs)) return undefined;
  if (dueUs === null && setUs === null) return undefined;
  return dueUs;
}

function nextTypes(draft: Draft): ReadonlyMap<string, TypeState> {
  const types = new Map(draft.before.types);
  for (const ref of goneSilent(draft)) types.set(ref, { ...types.get(ref)!, habit: null });
  for (const [ref, type] of draft.types) {
    types.set(ref, stateOf(type));
  }
  return types;
}

/** Named one by one: to leave some out of a copy takes several times as long. */
const stateOf = (type: TypeDraft): TypeState => ({
  watermarkUs: type.watermarkUs,
  idleUs: type.idleUs,
  idleAskedUs: type.idleAskedUs,
  floorUs: type.floorUs,
  scheduleFromUs: type.scheduleFromUs,
  scheduleToUs: type.scheduleToUs,
  windows: type.windows.map(({ state }) => state),
  past: type.past,
  boundaries: type.boundaries,
  spent: type.spent,
  claims: type.claims,
  habit: type.habit,
  spacingsUs: type.spacingsUs,
  observed: type.observed,
  member: type.member,
  members: type.members,
  heardSinceUs: type.heardSinceUs,
  frontUs: type.frontUs,
  closed: type.closed,
});

/** The state after its kept signals from `fromUs` on were read back. */
export const withKept = (
  state: SourceState,
  { fromUs, stored }: { readonly fromUs: EpochUs; readonly stored: readonly KeptSignal[] },
): SourceState => ({
  ...state,
  kept: mergeKept(stored, state.kept),
  keptFromUs: fromUs,
});

/** The state without its kept signals, which are stored: what is kept in a cache of bounded size. */
export const withoutKept = (state: SourceState): SourceState => ({ ...state, kept: [], keptFromUs: FOREVER });
