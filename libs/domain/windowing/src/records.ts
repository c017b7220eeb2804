import type { DescribedSource, EpochUs, Metadata, PaneTiming, Ref } from '@windlass/dag';
import type { KeptSignal } from './input.ts';

interface AboutWindow {
  readonly windowId: string;
  /** Grows with every record about this window. */
  readonly version: number;
  readonly windowType: Ref;
  readonly key: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

/** Ids of the fired windows that precede a pane's, oldest first. */
export interface PreviousWindows {
  /** `previous(20)`, as algorithms of this window type declare it. */
  readonly dependency: string;
  readonly windowIds: readonly string[];
}

/** The accepted result that opened a window. */
export interface OpenedBy {
  readonly windowId: string;
  readonly algorithm: Ref;
  readonly executionId: string | null;
}

/** One firing of a window. */
export interface Pane extends AboutWindow {
  readonly kind: 'pane';
  /** 0, 1, 2… without gaps. */
  readonly revision: number;
  readonly timing: PaneTiming;
  /** No later revision will come; no FINALIZED record follows. */
  readonly isFinal: boolean;
  /** Samples in the window so far. */
  readonly elements: number;
  /** Samples since the last pane; negative when the window has shrunk. */
  readonly added: number;
  readonly completeness: number | null;
  /** The longest stretch of the window without an element; null: not known. */
  readonly gapUs: number | null;
  /** What the watermark was when it fired: so far everything had arrived; null: none was known. */
  readonly watermarkUs: EpochUs | null;
  readonly parentWindowId: string | null;
  readonly previous: readonly PreviousWindows[];
  readonly metadata: Metadata;
  /** In order of event time, then id; null when the type keeps none. */
  readonly signals: readonly KeptSignal[] | null;
  readonly openedBy: OpenedBy | null;
  readonly depth: number;
  /** What the source was at the window's start; null: nobody has declared it, or the windows are those of a group. */
  readonly source: DescribedSource | null;
  readonly dagRevision: number;
  readonly policyRevision: number;
  /** Processing time. */
  readonly firedAtUs: number;
  /** Of a group's window whose algorithms join its members' results: members that have told that they are past its end; null: nothing is joined. */
  readonly members: number | null;
}

/** A window that has fired and does not hold any more. */
export interface Withdrawn extends AboutWindow {
  readonly kind: 'withdrawn';
  /** The windows that stand in its place. */
  readonly replacedBy: readonly string[];
  readonly reason: string;
  /** Set when its parent no longer contains it. */
  readonly outside: { readonly parentWindowId: string; readonly startUs: EpochUs; readonly endUs: EpochUs } | null;
}

/** The last revision and its results are final. */
export interface Finalized extends AboutWindow {
  readonly kind: 'finalized';
  readonly revision: number;
  readonly dagRevision: number;
  readonly finalizedAtUs: number;
  /** As in a pane: those that were silent when the last one fired may have come since. */
  readonly members: number | null;
}

/** All children of one type that a fired window has. Said again when the list changes. */
export interface ChildrenClosed extends AboutWindow {
  readonly kind: 'childrenClosed';
  readonly childType: Ref;
  /** In order of start, then id. */
  readonly childWindowIds: readonly string[];
}

/** How far a member is with what windows of this type of its groups join. It tells of no window. */
export interface MemberClosed {
  /** Of the groups' windows. */
  readonly windowType: Ref;
  /** The member. */
  readonly key: string;
  readonly groups: readonly string[];
  /** Its windows that end by then have fired. */
  readonly closedUs: EpochUs;
  /** No window of it that ends by then can come any more; null: not known. */
  readonly settledUs: EpochUs | null;
  readonly dagRevision: number;
}

/** What the panes topic carries, in the order in which it is to be published. */
export type WindowRecord = Pane | Withdrawn | Finalized | ChildrenClosed;
