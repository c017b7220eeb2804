import type { KnownOutcome } from '../ports.ts';

/**
 * A place in the order in which facts were stored: all before it has been read. `arrival` grows with every batch that is committed and
 * seen by all; within one, outcomes come before withdrawals, each by execution id.
 */
export interface Position {
  /** Of the store: another one is another order. */
  readonly store: string;
  readonly arrival: number;
  readonly kind: 0 | 1;
  readonly executionId: string;
}

export interface ArrivedWithdrawal {
  readonly executionId: string;
  readonly windowId: string;
  readonly windowType: string;
  readonly key: string;
  readonly startUs: number;
  readonly generation: number;
  readonly algorithm: string;
  readonly run: number;
  readonly reason: string;
  readonly knownAtUs: number;
}

export type Arrived = { readonly position: Position } & (
  { readonly outcome: KnownOutcome } | { readonly withdrawal: ArrivedWithdrawal }
);

export interface ArrivalFilter {
  readonly source?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly windowType?: string | undefined;
  /** Of outcomes; withdrawals have none. */
  readonly state?: string | undefined;
}

/** What was stored, in the order in which it was. */
export interface Arrivals {
  /** Behind all that is stored now. */
  head(): Promise<Position>;
  /** Before all that is stored. */
  start(): Promise<Position>;
  /** Another number when there is something new. */
  pulse(): Promise<number>;
  /** Some of what comes after the position, and where to go on; the same position when there is nothing. */
  after(
    position: Position,
    filter: ArrivalFilter,
  ): Promise<{ readonly arrived: readonly Arrived[]; readonly next: Position }>;
}

const idPattern = /^([0-9a-f]{32})\.(\d{1,16})\.([01])\.([0-9a-f]{32})$/;

/** As the `id` of an event, and as `Last-Event-ID`. */
export const idOf = ({ store, arrival, kind, executionId }: Position): string =>
  `${store}.${arrival}.${kind}.${executionId}`;

/** Undefined: it is none of ours. */
export function positionOf(id: string): Position | undefined {
  const [, store, arrival, kind, executionId] = idPattern.exec(id) ?? [];
  if (store === undefined) return undefined;
  return { store, arrival: Number(arrival), kind: kind === '0' ? 0 : 1, executionId: executionId! };
}
