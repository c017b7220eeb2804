import { type DagRevision, type Hold, refOf } from '@windlass/dag';
import type { InstanceHeard } from './ports.ts';
import type { Watched } from './processor-watch.ts';

export type ProcessorState = 'ALIVE' | 'DRAINING' | 'STOPPED' | 'SILENT';

export interface InstanceStatus extends InstanceHeard {
  /** Heard of lately, and not stopped. */
  readonly isAlive: boolean;
}

export interface ProcessorStatus {
  readonly name: string;
  /** As it was registered last; instances tell their own. */
  readonly version: string;
  readonly owner: string;
  readonly team: string;
  readonly algorithms: readonly string[];
  /**
   * ALIVE: an instance lives. DRAINING: those that live take nothing new, or it is being drained. STOPPED: all of its instances said
   * so, a moment ago. SILENT: it is registered, and none lives.
   */
  readonly state: ProcessorState;
  /** Null: tasks are dispatched to it. */
  readonly hold: Hold | null;
  /** When the last of its instances was heard of, microseconds since the epoch; null: not within a day. */
  readonly heardAtUs: number | null;
  /** Records of its window topic that it has not taken: by its living instances, without any by Kafka's offsets; null: not known. */
  readonly lagRecords: number | null;
  /** Tasks that its living instances work on. */
  readonly inFlight: number;
  /** Since when its lag has been rising, microseconds since the epoch; null: it is not. */
  readonly growingSinceUs: number | null;
  readonly instances: readonly InstanceStatus[];
}

export interface Heard {
  readonly instances: readonly InstanceHeard[];
  readonly watched: readonly Watched[];
  readonly holds: readonly Hold[];
}

/** Of an instance that was heard of before so long nobody knows whether it lives; SDKs tell every 5 s. */
export interface Patience {
  readonly nowUs: number;
  readonly silentAfterUs: number;
}

/** Every registered processor with what was heard of its instances. A processor is its name: what runs where is told, and decides nothing. */
export function processorStatuses(
  revision: DagRevision,
  { instances, watched, holds }: Heard,
  patience: Patience,
): ProcessorStatus[] {
  const byProcessor = Map.groupBy(instances, ({ processor }) => processor);
  const algorithms = Map.groupBy(revision.algorithms, ({ processor }) => processor);
  const watches = new Map(watched.map((one) => [one.processor, one]));
  return revision.processors.map((processor) => {
    const { name } = processor;
    const own = (byProcessor.get(name) ?? []).map((one) => ({ ...one, isAlive: isAlive(one, patience) }));
    const alive = own.filter((one) => one.isAlive);
    const hold = holds.find((one) => one.kind === 'processor' && one.name === name) ?? null;
    const watch = watches.get(name);
    return {
      ...processor,
      algorithms: (algorithms.get(name) ?? []).map(refOf),
      state: stateOf(own, { hold, ...patience }),
      hold,
      heardAtUs: own.length > 0 ? Math.max(...own.map(({ heardAtUs }) => heardAtUs)) : null,
      lagRecords: lagOf(alive) ?? watch?.lag ?? null,
      inFlight: alive.reduce((sum, { inFlight }) => sum + inFlight, 0),
      growingSinceUs: watch?.growingSinceUs ?? null,
      instances: own,
    };
  });
}

export const isAlive = (
  { state, heardAtUs }: Pick<InstanceHeard, 'state' | 'heardAtUs'>,
  { nowUs, silentAfterUs }: Patience,
): boolean => state !== 'STOPPED' && heardAtUs > nowUs - silentAfterUs;

/** What living instances say together; null: none of them knows. */
export function lagOf(alive: readonly Pick<InstanceHeard, 'lagRecords'>[]): number | null {
  const known = alive.flatMap(({ lagRecords }) => lagRecords ?? []);
  return known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0);
}

function stateOf(
  instances: readonly InstanceHeard[],
  { hold, ...patience }: Patience & { readonly hold: Hold | null },
): ProcessorState {
  const alive = instances.filter((one) => isAlive(one, patience));
  if (alive.length > 0)
    return hold?.mode === 'DRAIN' || alive.every(({ state }) => state === 'DRAINING') ? 'DRAINING' : 'ALIVE';
  const recent = instances.filter(({ heardAtUs }) => heardAtUs > patience.nowUs - patience.silentAfterUs);
  return recent.length > 0 ? 'STOPPED' : 'SILENT';
}
