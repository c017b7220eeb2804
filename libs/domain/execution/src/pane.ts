import type { DescribedSource, EpochUs, Metadata, PaneTiming, Ref } from '@windlass/dag';

/** 32 hex digits. */
export type WindowId = string;
export type Lane = 'LIVE' | 'REPLAY' | 'TRY';

/** One window in one generation: what executions belong to. */
export interface WindowRef {
  readonly windowId: WindowId;
  /** 0 live; each replay takes the next. */
  readonly generation: number;
}

/** Key of a window inside its source's state: its id, and the generation unless it is live. */
export type WindowKey = string;

export const windowKey = ({ windowId, generation }: WindowRef): WindowKey =>
  generation === 0 ? windowId : `${windowId}/${generation}`;

/** What every record about a window tells. */
export interface WindowHeader extends WindowRef {
  /** Grows with every record about this window; the highest applied wins. */
  readonly version: number;
  readonly windowType: Ref;
  readonly key: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

/** One firing of a window. What the core does not look into it passes on as it came. */
export interface Pane extends WindowHeader {
  readonly revision: number;
  readonly timing: PaneTiming;
  /** No later revision will come. */
  readonly isFinal: boolean;
  readonly elements: number;
  readonly added: number;
  /** 0 to 1; null: unknown. */
  readonly completeness: number | null;
  readonly gapUs: number | null;
  readonly watermarkUs: EpochUs | null;
  readonly parentWindowId: WindowId | null;
  readonly previous: readonly { readonly dependency: string; readonly windowIds: readonly WindowId[] }[];
  readonly metadata: Metadata;
  readonly signals: unknown;
  readonly openedBy: unknown;
  readonly depth: number;
  /** What the source was at the window's start; null: not known, or it is a group. */
  readonly source: DescribedSource | null;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly lane: Lane;
  readonly firedAtUs: number;
  /** Of a group's window whose algorithms join its members' results: how many members have told that they are past its end; null: nothing is joined. */
  readonly members: number | null;
}

/** The window never was. `outside`: nor were the children of that parent outside `[startUs, endUs)`; if it is that parent, only those. */
export interface WindowWithdrawn extends WindowHeader {
  readonly reason: string;
  readonly outside: {
    readonly parentWindowId: WindowId;
    readonly startUs: EpochUs;
    readonly endUs: EpochUs;
  } | null;
}

/** How far a member is with what windows of this type of its groups join. It tells of no window. */
export interface MemberClosed {
  /** The member. */
  readonly key: string;
  readonly generation: number;
  /** Of the groups' windows. */
  readonly windowType: Ref;
  readonly groups: readonly string[];
  /** Its windows that end by then have fired, and their panes were told before. */
  readonly closedUs: EpochUs;
  /** No window that ends by then can come any more; null: not known. */
  readonly settledUs: EpochUs | null;
  readonly dagRevision: number;
}

/** The last revision is final. */
export interface WindowFinalized extends WindowHeader {
  readonly revision: number;
  /** See `Pane.members`; null: as the last pane told. */
  readonly members: number | null;
}

/** All children of one type are known and have fired. */
export interface ChildrenClosed extends WindowHeader {
  readonly childType: Ref;
  /** In order of start. */
  readonly childWindowIds: readonly WindowId[];
}
