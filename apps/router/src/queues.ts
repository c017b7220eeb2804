import type { QueueDepth } from '@windlass/execution';

/** A processor's queues over all partitions that this instance holds. */
export function queuesOf(depths: readonly QueueDepth[]): QueueDepth[] {
  const sums = new Map<string, QueueDepth>();
  for (const depth of depths) {
    const sum = sums.get(depth.processor);
    sums.set(depth.processor, {
      processor: depth.processor,
      queued: depth.queued + (sum?.queued ?? 0),
      inFlight: depth.inFlight + (sum?.inFlight ?? 0),
      credit: depth.credit + (sum?.credit ?? 0),
    });
  }
  return [...sums.values()].sort((a, b) => (a.processor < b.processor ? -1 : 1));
}
