import { type Algorithm, type DagRevision, type Hold, type Ref, refOf, type TaskCount } from '@windlass/dag';
import type { InstanceHeard } from './ports.ts';
import type { Watched } from './processor-watch.ts';

export type ProcessorState = 'ALIVE' | 'DRAINING' | 'STOPPED' | 'SILENT';

export interface InstanceStatus extends InstanceHeard {
  /** Heard of lately, and not stopped. */
  readonly isAlive: boolean;
}

/** An algorithm that is registered, and that no living instance has though some live: its tasks are answered NOT_HERE again and again. */
export interface MissingAlgorithm {
  readonly algorithm: Ref;
  /** Tasks of the processor on its window types, queued or under way: among them those that wait for it. Null: the router was not asked, or did not answer. */
  readonly tasks: number | null;
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
  /** What its living instances lack. */
  readonly missing: readonly MissingAlgorithm[];
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
      missing: missingOf(algorithms.get(name) ?? [], alive).map((algorithm) => ({ algorithm, tasks: null })),
      instances: own,
    };
  });
}

/** What none of those that live has. Who tells of no algorithm at all does not tell: then nothing is known to be missing. */
function missingOf(registered: readonly Algorithm[], alive: readonly Pick<InstanceHeard, 'algorithms'>[]): Ref[] {
  if (alive.length === 0 || alive.some(({ algorithms }) => algorithms.length === 0)) return [];
  const has = new Set(alive.flatMap(({ algorithms }) => algorithms));
  return registered.map(refOf).filter((ref) => !has.has(ref));
}

/** With how much may wait for what is missing. */
export function withTasks(
  statuses: readonly ProcessorStatus[],
  revision: DagRevision,
  tasks: readonly TaskCount[],
): ProcessorStatus[] {
  const byName = new Map(revision.algorithms.map((one) => [refOf(one), one]));
  const waiting = (processor: string, ref: Ref): number => {
    const types = new Set(byName.get(ref)!.bindings.map(({ windowType }) => windowType));
    const own = tasks.filter((one) => one.processor === processor && types.has(one.windowType));
    return own.reduce((sum, { queued, inFlight }) => sum + queued + inFlight, 0);
  };
  return statuses.map((status) => ({
    ...status,
    missing: status.missing.map(({ algorithm }) => ({ algorithm, tasks: waiting(status.name, algorithm) })),
  }));
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
