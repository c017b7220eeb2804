import type { Hold } from '@windlass/dag';
import { holdQueueOf } from './hold-queue.ts';
import type { DagView } from './kafka/dag-view.ts';
import type { RouterStage } from './kafka/router.stage.ts';
import type { DrainStore } from './ports.ts';
import { queuesOf } from './queues.ts';

/** A hold with what it keeps back. `inFlight` null: not counted yet; `drained` null: it is no drain. */
export interface HoldStatus extends Pick<Hold, 'kind' | 'name' | 'number' | 'sinceUs' | 'by' | 'why'> {
  readonly mode: NonNullable<Hold['mode']>;
  readonly queued: number;
  readonly inFlight: number | null;
  readonly drained: boolean | null;
}

interface Surroundings {
  readonly stage: Pick<RouterStage, 'depths' | 'heldDepths' | 'inFlight'>;
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
    const wanted = holds.flatMap((hold) =>
      hold.mode === 'DRAIN' ? [{ queue: holdQueueOf(hold), number: hold.number }] : [],
    );
    const drained = new Set((await drains.drained(wanted, partitions)).map(({ queue }) => queue));
    const queued = new Map(queuesOf(stage.depths()).map(({ processor, queued }) => [processor, queued]));
    for (const kept of stage.heldDepths()) queued.set(kept.queue, kept.queued + (queued.get(kept.queue) ?? 0));
    return holds.map(({ kind, name, mode, number, sinceUs, by, why }) => {
      const queue = holdQueueOf({ kind, name });
      return {
        ...{ kind, name, mode: mode!, number, sinceUs, by, why },
        queued: queued.get(queue) ?? 0,
        inFlight: stage.inFlight(queue),
        drained: mode === 'DRAIN' ? drained.has(queue) : null,
      };
    });
  }
}
