import { Gauge, type Registry } from 'prom-client';
import type { HoldQueue } from '@windlass/execution';
import type { RouterStage } from './kafka/router.stage.ts';
import { queuesOf } from './queues.ts';

/** How deep the queues are, asked when the metrics are read. */
export function measureQueues(registry: Registry, stage: RouterStage): void {
  const gauge = (name: string, help: string, of: (queue: ReturnType<typeof queuesOf>[number]) => number) =>
    new Gauge({
      name: `windlass_router_${name}`,
      help,
      labelNames: ['processor'],
      registers: [registry],
      collect() {
        this.reset();
        for (const queue of queuesOf(stage.depths())) this.set({ processor: queue.processor }, of(queue));
      },
    });
  const ofHolds = (name: string, help: string, read: () => readonly { queue: HoldQueue; tasks: number }[]) =>
    new Gauge({
      name: `windlass_router_${name}`,
      help,
      labelNames: ['kind', 'name'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { queue, tasks } of read()) {
          const [kind, name] = queue.split(':') as [string, string];
          this.inc({ kind, name }, tasks);
        }
      },
    });
  ofHolds('held_tasks', 'what waits for the end of a hold of its algorithm or window type', () =>
    stage.heldDepths().map(({ queue, queued }) => ({ queue, tasks: queued })),
  );
  ofHolds('held_tasks_in_flight', 'tasks under way that hold something of a held algorithm or window type', () =>
    stage.heldInFlight(),
  );
  gauge('queued_tasks', 'tasks that wait for credit', ({ queued }) => queued);
  gauge('tasks_in_flight', 'tasks on the window topic or being worked on', ({ inFlight }) => inFlight);
  gauge('credit_tasks', 'tasks that may be in flight', ({ credit }) => credit);
}
