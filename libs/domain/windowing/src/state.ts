import type { EpochUs, Metadata, Ref } from '@windlass/dag';
import type { ClosedWindow } from './dial/sighting.ts';
import type { ElementLog } from './element-log.ts';
import { emptyLog } from './element-log.ts';
import type { Habit } from './habit.ts';
import type { KeptSignal, Signal } from './input.ts';
import type { Offline } from './offline.ts';
import type { Noted } from './journal.ts';
import type { OpenedBy } from './records.ts';
import { noRegress, type Regress } from './regress.ts';
import { noMembers, noReports, type KnownMember, type MemberState } from './members.ts';
import { nothingObserved, type ObservedState } from './runs.ts';
import type { SealedBlock } from './sealed-ids.ts';
import type { SpentStart } from './start-stop.ts';
import { FOREVER, NEVER } from './time.ts';

/** One window that is open, or not yet forgotten. */
export interface WindowState {
  readonly id: string;
  readonly startUs: EpochUs;
  /** Where it ends as far as is known now. */
  readonly endUs: EpochUs;
  readonly parentId: string | null;
  readonly elements: number;
  /** `elements` of the last pane. */
  readonly firedElements: number;
  /** Of the last pane; -1: none yet. */
  readonly revision: number;
  readonly version: number;
  /** An ON_TIME or LATE pane was published. */
  readonly fired: boolean;
  /** The last pane said that no later one will come, or a FINALIZED record was published. */
  readonly finalized: boolean;
  /** Something has changed since the last pane. */
  readonly dirty: boolean;
  /** The watermark had passed its end when it was opened: its first pane is LATE. */
  readonly lateBorn: boolean;
  /** It no longer holds; remembered so that its version goes on if it comes back. */
  readonly withdrawn: boolean;
  /** Its children have changed since `children closed` was last published. */
  readonly childrenOpen: boolean;
  /** The last revision that an algorithm took which may open windows; -1: none. */
  readonly awaited: number;
  /** The last revision of which every execution is terminal; -1: none. */
  readonly completed: number;
  /** As `awaited`, for algorithms bound to FINAL. */
  readonly awaitsFinal: boolean;
  /** Of its opening, over what it inherits. Children inherit this. */
  readonly metadata: Metadata;
  /** Of its closing signal, if that overlays the rest. */
  readonly closingMetadata: Metadata | null;
  /** Event time and id hash of the element that gave `metadata`; null: not opened by an element. */
  readonly openedAtElement: { readonly timeUs: EpochUs; readonly hash: number } | null;
  /** Processing time at which it was opened by a result or by hand; null: by event time. */
  readonly openedAtUs: number | null;
  readonly origin: (OpenedBy & { readonly run: number }) | null;
  readonly depth: number;
  /** Processing time of the next EARLY pane; null: nothing to tell. */
  readonly earlyDueUs: number | null;
  /** Processing time of the next coalesced LATE pane. */
  readonly lateDueUs: number | null;
  /** Processing time of the last outcome on it or within it, where that may open windows in it; null: none yet. */
  readonly outcomeAtUs: number | null;
  /** Children that are forgotten already; their names are stored apart. */
  readonly pastChildren: number;
  /** The greatest end of them. */
  readonly pastChildrenEndUs: EpochUs;
  /** What was last published as `children closed`, hashed, by child type. */
  readonly childrenPublished: Readonly<Record<Ref, number>>;
  /** The least `outOfOrderness` with which its ON_TIME pane would have been complete; FOREVER: no delay would have done. */
  readonly neededUs: number;
  /** `elements` of its first pane; 0: none yet. */
  readonly firstElements: number;
  /** `elements` of its ON_TIME pane; 0: none. */
  readonly onTimeElements: number;
}

/** A fired window that is forgotten but for its place before later ones. */
export interface PastWindow {
  readonly id: string;
  readonly startUs: EpochUs;
}

/** A START or STOP that still may open, close or cut windows. */
export interface Boundary {
  readonly signal: Signal;
  /** Sent to the dead letters already. */
  readonly refused: boolean;
}

/** A result that meets a window type's condition (or did, in an earlier run). */
export interface Claim {
  readonly upstreamId: string;
  readonly run: number;
  readonly holds: boolean;
  /** Where the window that it opens would start. */
  readonly startUs: EpochUs;
  readonly parentId: string | null;
  readonly executionId: string;
  readonly depth: number;
  readonly metadata: Metadata;
  readonly openedAtUs: number;
}

/** One window type of one source. */
export interface TypeState {
  /** Highest event time read − out-of-orderness, or told by a WATERMARK. Never moves back. */
  readonly watermarkUs: EpochUs;
  /** Where an idle advance has moved it: fires panes, finalises nothing. */
  readonly idleUs: EpochUs;
  /** The last idle advance that was asked for. */
  readonly idleAskedUs: EpochUs;
  /** Windows that end at or before this are finalised for good. Never moves back. */
  readonly floorUs: EpochUs;
  /** Windows of a schedule exist from here… NEVER: none yet. */
  readonly scheduleFromUs: EpochUs;
  /** …to here, also empty ones. */
  readonly scheduleToUs: EpochUs;
  /** In order of start, then id. */
  readonly windows: readonly WindowState[];
  /** In order of start, then id. */
  readonly past: readonly PastWindow[];
  /** In order of event time; STOP before START. */
  readonly boundaries: readonly Boundary[];
  /** STARTs of forgotten windows that ended without their STOP, oldest first. */
  readonly spent: readonly SpentStart[];
  readonly claims: readonly Claim[];
  /** How its firings mostly follow each other; null: none has fired. */
  readonly habit: Habit | null;
  /** How far apart the samples of its latest final windows were, oldest first; empty unless that is to be learned. */
  readonly spacingsUs: readonly number[];
  /** What signals told windows that are stretches of them. */
  readonly observed: ObservedState;
  /** Of a type whose windows are a group's, at a source that is in it. */
  readonly member: MemberState;
  /** The same type at the group, by source. */
  readonly members: ReadonlyMap<string, KnownMember>;
  /** Processing time at which the group heard of its first member; NEVER: not yet. */
  readonly heardSinceUs: number;
  /** The watermark that no `outOfOrderness` would give: the highest event time read, or where silence has taken it. Never moves back. */
  readonly frontUs: EpochUs;
  /** What became final last, newest last: an element that comes too late finds its own here, for the dial. */
  readonly closed: readonly ClosedWindow[];
}

/** All that the trigger knows of one source. */
export interface SourceState {
  /** Processing time of the last record from outside. */
  readonly lastSeenUs: number;
  /** Highest event time of any of its signals. */
  readonly maxEventUs: EpochUs;
  /** The highest WATERMARK told. */
  readonly toldUs: EpochUs;
  /** Recent elements: for duplicates, and for windows whose bounds change. */
  readonly log: ElementLog;
  readonly types: ReadonlyMap<Ref, TypeState>;
  /** Hashes of windows opened by emission, newest last: these are not opened twice. */
  readonly emitted: readonly number[];
  /** When its timer is set to fire; null: not set. */
  readonly timerUs: number | null;
  /** Kept signals in order of event time, then id: all those from `keptFromUs` on, and some before. */
  readonly kept: readonly KeptSignal[];
  /** NEVER: all kept signals that a window may want are in memory. Otherwise older ones must be read back before one may use them. */
  readonly keptFromUs: EpochUs;
  /** Kept signals before this are deleted. */
  readonly keptDeletedUs: EpochUs;
  /** What it has said of being offline; null: nothing. */
  readonly offline: Offline | null;
  readonly regress: Regress;
  /** No stored kept signal is older; FOREVER: none is stored. */
  readonly keptOldestUs: EpochUs;
  readonly noted: Noted;
  /** What of older elements is stored apart: oldest block first. */
  readonly sealed: readonly SealedBlock[];
  /** Number of the last block that was sealed. */
  readonly lastSealed: number;
}

export const emptyType: TypeState = {
  watermarkUs: NEVER,
  idleUs: NEVER,
  idleAskedUs: NEVER,
  floorUs: NEVER,
  scheduleFromUs: NEVER,
  scheduleToUs: NEVER,
  windows: [],
  past: [],
  boundaries: [],
  spent: [],
  claims: [],
  habit: null,
  spacingsUs: [],
  observed: nothingObserved,
  member: noReports,
  members: noMembers,
  heardSinceUs: NEVER,
  frontUs: NEVER,
  closed: [],
};

export const emptySource: SourceState = {
  lastSeenUs: 0,
  maxEventUs: NEVER,
  toldUs: NEVER,
  log: emptyLog,
  types: new Map(),
  emitted: [],
  timerUs: null,
  kept: [],
  keptFromUs: NEVER,
  keptDeletedUs: NEVER,
  offline: null,
  regress: noRegress,
  keptOldestUs: FOREVER,
  noted: { minEventUs: FOREVER, unread: [], day: 0, drops: 0, leftOut: 0 },
  sealed: [],
  lastSealed: 0,
};
