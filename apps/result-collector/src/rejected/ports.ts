import type { EncodedMessage, StageTransaction } from '@windlass/messaging';
import type { Refusal } from './redrive.ts';
import type { RejectedRecord } from './rejected-record.ts';
import type { DeadLetterState, Kept, Settlement } from './settlement.ts';

export interface RejectedQuery {
  readonly topic?: string | undefined;
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
  readonly windowType?: string | undefined;
  readonly state?: DeadLetterState | undefined;
  /** Of the time at which it was refused, inclusive. */
  readonly fromUs?: number | undefined;
  /** Of the same, exclusive. */
  readonly toUs?: number | undefined;
}

/** `after` and `upTo` are `seq`s: exclusive, and inclusive. */
export interface RejectedPage extends RejectedQuery {
  readonly keptOn: RejectedRecord['keptOn'];
  readonly after?: number | undefined;
  readonly upTo?: number | undefined;
  readonly limit: number;
}

/** What is done about one dead letter: how it stands afterwards, with the message to send before, or why nothing is done. */
export type Decide = (
  kept: Kept,
) => { readonly settlement: Settlement; readonly message: EncodedMessage | null } | Refusal;

export interface Settled {
  readonly kept: Kept;
  /** Null: it was done. */
  readonly refused: Refusal | null;
}

export type Send = (messages: readonly EncodedMessage[]) => Promise<void>;

export interface OpenCount {
  readonly topic: string;
  readonly reason: string;
  readonly count: number;
}

export interface LateSummaryQuery {
  readonly by: 'windowType' | 'source';
  readonly source?: string | undefined;
  readonly windowType?: string | undefined;
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  readonly limit: number;
}

/** How far behind what was final elements were, microseconds of event time. */
export interface LateSummary {
  readonly windowType: string;
  /** Null: all of them. */
  readonly source: string | null;
  readonly elements: number;
  readonly sources: number;
  readonly behindUs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** Where rejected records are found again, with what was done about them. Writing the same again changes nothing. */
export interface RejectedStore {
  write(tx: StageTransaction, records: readonly RejectedRecord[]): Promise<void>;
  /** In the order in which they were stored; without bytes and headers, which are empty. */
  find(page: RejectedPage): Promise<readonly Kept[]>;
  /** With everything. Undefined: there is none. */
  get(id: string): Promise<Kept | undefined>;
  /** The `seq` of the last that is stored. */
  lastSeq(): Promise<number>;
  /**
   * Does something about some, each at most once at any time: what others are about to do about them is waited for. `send` is called
   * with the messages of all of them, in order; when it fails nothing was done. `send` null: nothing is done, only told.
   */
  settle(ids: readonly string[], decide: Decide, send: Send | null): Promise<readonly Settled[]>;
  /** Of dead letters about which nothing was done, by topic and reason. */
  open(): Promise<readonly OpenCount[]>;
  /** Forgets what its topic no longer holds. `low`: the first offset that it does, by partition. @returns how many that were. */
  forget(keptOn: RejectedRecord['keptOn'], low: ReadonlyMap<number, string>): Promise<number>;
  lateSummary(query: LateSummaryQuery): Promise<readonly LateSummary[]>;
}
