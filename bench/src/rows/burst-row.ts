import type { Bench } from '../bench.ts';
import { cpuSecondsOf, cpuSecondsWithChildren } from '../measure/processes.ts';
import { burst } from '../measure/stored.ts';
import { workBetween, workOf, type Work } from '../measure/work.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Scenario } from '../scenario.ts';

/** Of one pipeline, one value a repetition. */
export interface BurstMeasure {
  readonly windowsPerSecond: number[];
  /** Processor seconds of each process, by its name. */
  readonly cpuSeconds: Record<string, number[]>;
  readonly work: Work[];
}

/** Bursts of a scenario through each pipeline in turn. */
export async function burstRow(
  bench: Bench,
  pipelines: readonly Pipeline[],
  scenario: Scenario,
): Promise<Map<string, BurstMeasure>> {
  const { repeats, windows, dataDir } = bench.options;
  const measures = new Map<string, BurstMeasure>();
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const pipeline of pipelines) {
      const measure = measures.get(pipeline.name) ?? { windowsPerSecond: [], cpuSeconds: {}, work: [] };
      measures.set(pipeline.name, measure);
      await bench.settle();
      const next = bench.run(scenario, windows);
      const { kafka, postgres } = bench.stack;
      const servers = { kafka: kafka.pid, postgres: postgres.pid, bench: process.pid };
      const processes: Readonly<Record<string, number>> = { ...pipeline.processes, ...servers };
      const worked = await workOf(bench.pool, dataDir);
      const before = cpuOf(processes);
      const seconds = await burst(pipeline, next, bench.admin);
      const after = cpuOf(processes);
      await pipeline.check(next);
      measure.work.push(workBetween(worked, await workOf(bench.pool, dataDir)));
      measure.windowsPerSecond.push(windows / seconds);
      for (const name of Object.keys(processes)) (measure.cpuSeconds[name] ??= []).push(after[name]! - before[name]!);
      bench.say(
        `  ${scenario.name} burst ${repeat}/${repeats} ${pipeline.name}: ${Math.round(windows / seconds)} windows/s`,
      );
    }
  }
  return measures;
}

const cpuOf = (processes: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, timeOf(name, pid)]));

/** Postgres works in children. */
const timeOf = (name: string, pid: number): number =>
  name === 'postgres' ? cpuSecondsWithChildren(pid) : cpuSecondsOf(pid);
