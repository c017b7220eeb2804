import { type DagRevision, refOf } from '@windlass/dag';
import type { InstanceHeard } from './ports.ts';

/** A processor none of whose instances was heard of for so long is silent; SDKs send a heartbeat every few seconds. */
export const SILENT_AFTER_US = 30_000_000;

export interface ProcessorStatus {
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  readonly team: string;
  readonly algorithms: readonly string[];
  /** SILENT: registered, but not heard of; STOPPED: the last that was heard of it is that it stopped. */
  readonly state: 'ALIVE' | 'STOPPED' | 'SILENT';
  /** Microseconds since the epoch; null: not within a day. */
  readonly heardAtUs: number | null;
  readonly instances: readonly InstanceHeard[];
}

/** Every registered processor with what was heard of its instances. */
export function processorStatuses(
  revision: DagRevision,
  heard: readonly InstanceHeard[],
  nowUs: number,
): ProcessorStatus[] {
  const instances = Map.groupBy(heard, ({ processor }) => processor);
  const algorithms = Map.groupBy(revision.algorithms, ({ processor }) => processor);
  return revision.processors.map((processor) => {
    const own = instances.get(processor.name) ?? [];
    const heardAtUs = own.length > 0 ? Math.max(...own.map((instance) => instance.heardAtUs)) : null;
    const alive = own.some(({ state, heardAtUs: at }) => state !== 'STOPPED' && at > nowUs - SILENT_AFTER_US);
    const hasStopped = own.length > 0 && own.every(({ state }) => state === 'STOPPED');
    return {
      ...processor,
      algorithms: (algorithms.get(processor.name) ?? []).map(refOf),
      state: alive ? 'ALIVE' : hasStopped ? 'STOPPED' : 'SILENT',
      heardAtUs,
      instances: own,
    };
  });
}
