import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { memoryOf, type Memory } from '../measure/processes.ts';
import { burst } from '../measure/stored.ts';
import type { Pipeline } from '../pipeline.ts';
import { scenarios } from '../scenario.ts';

/** Of the hub's services, by name. `together` is the sum at one moment. */
export type MemoryMeasure = Readonly<Record<string, Memory>> & { readonly together: Memory };

const IDLE_MS = 5_000;
const SAMPLE_MS = 200;

/** Services that have just started and do nothing. */
export async function idleMemory(bench: Bench): Promise<MemoryMeasure> {
  await delay(IDLE_MS);
  return sample(bench);
}

/** The most of each service, and of all together, during one burst (which is not timed). */
export async function burstMemory(bench: Bench, hub: Pipeline): Promise<MemoryMeasure> {
  let most = sample(bench);
  const timer = setInterval(() => (most = larger(most, sample(bench))), SAMPLE_MS);
  try {
    const run = bench.run(scenarios.fused, bench.options.windows);
    await burst(hub, run, bench.admin);
    await hub.check(run);
  } finally {
    clearInterval(timer);
  }
  return most;
}

function sample({ hub }: Bench): MemoryMeasure {
  const each = Object.entries(hub.services).map(([name, { pid }]) => [name, memoryOf(pid)] as const);
  const sum = (of: (memory: Memory) => number) => each.reduce((total, [, memory]) => total + of(memory), 0);
  return { ...Object.fromEntries(each), together: { rssMb: sum((m) => m.rssMb), pssMb: sum((m) => m.pssMb) } };
}

function larger(a: MemoryMeasure, b: MemoryMeasure): MemoryMeasure {
  const entries = Object.keys(a).map((name) => [
    name,
    { rssMb: Math.max(a[name]!.rssMb, b[name]!.rssMb), pssMb: Math.max(a[name]!.pssMb, b[name]!.pssMb) },
  ]);
  return Object.fromEntries(entries) as MemoryMeasure;
}
