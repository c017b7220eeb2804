import type { Hold } from '@windlass/dag';
import type { DagView } from './kafka/dag-view.ts';
import type { RouterStage } from './kafka/router.stage.ts';
import type { DrainStore } from './ports.ts';
import { queuesOf } from './queues.ts';

/** A hold with what it keeps back; `inFlight` and `drained` are null where they do not apply. */
export interface HoldStatus extends Pick<Hold, 'kind' | 'name' | 'number' | 'sinceUs' | 'by' | 'why'> {
  readonly mode: NonNullable<Hold['mode']>;
  readonly queued: number;
  readonly inFlight: number | null;
  readonly drained: boolean | null;
}

interface Surroundings {
  readonly stage: Pick<RouterStage, 'depths' | 'heldDepths'>;
  readonly dag: Pick<DagView, 'holds'>;
  readonly drains: DrainStore;
  readonly partitions: number;
}

/** What is held, how much waits for its end, and whether a drain is over. */
export class RouterHolds {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  async list(): Promise<HoldStatus[]> {
    const { stage, dag, drains, partitions } = this.surroundings;
    const { holds } = dag;
    const wanted = holds.flatMap(({ mode, name, number }) => (mode === 'DRAIN' ? [{ processor: name, number }] : []));
    const drained = new Set((await drains.drained(wanted, partitions)).map(({ processor }) => processor));
    const queues = new Map(queuesOf(stage.depths()).map((queue) => [queue.processor, queue]));
    const held = stage.heldDepths();
    return holds.map(({ kind, name, mode, number, sinceUs, by, why }) => {
      const own = kind === 'processor' ? queues.get(name) : undefined;
      const queue = `${kind}:${name}`;
      const kept = held.reduce((sum, one) => sum + (one.queue === queue ? one.queued : 0), 0);
      return {
        ...{ kind, name, mode: mode!, number, sinceUs, by, why },
        queued: kind === 'processor' ? (own?.queued ?? 0) : kept,
        inFlight: kind === 'processor' ? (own?.inFlight ?? 0) : null,
        drained: mode === 'DRAIN' ? drained.has(name) : null,
      };
    });
  }
}
