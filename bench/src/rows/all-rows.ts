import type { Bench } from '../bench.ts';
import { burst } from '../measure/stored.ts';
import { median } from '../measure/statistics.ts';
import type { Row } from '../options.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Line } from '../report.ts';
import { scenarios, type Scenario, type ScenarioName } from '../scenario.ts';
import { backlogRow } from './backlog-row.ts';
import { burstRow, type BurstMeasure } from './burst-row.ts';
import { burstLine, memoryLines, singleLines } from './lines.ts';
import { burstMemory, idleMemory } from './memory-row.ts';
import { registryRow } from './registry-row.ts';
import { singleRow } from './single-row.ts';
import { floodRow, openRow, steadyRow } from './trigger-row.ts';

/** Figures of the design's section 12. */
const budgets = {
  burst: 3_000,
  single: { p50: 12, p99: 40 },
  spread: { p50: 22 },
  wide: { p50: 25 },
  idleMb: 350,
  burstMb: 700,
  startSeconds: 15,
};

export interface Results {
  readonly lines: Line[];
  /** Bursts by scenario: every repetition, with processor time. */
  readonly bursts: Partial<Record<ScenarioName, Map<string, BurstMeasure>>>;
}

const WARM_UP_WINDOWS = 3_000;

/** Measures the rows that were asked for. The stack runs; it is stopped and started again for the start-up row. */
export async function allRows(bench: Bench, results: Results): Promise<void> {
  const { rows } = bench.options;
  if (rows.has('start-up')) await startUpRow(bench, results);
  if (rows.has('memory')) results.lines.push(...memoryLines('idle', await idleMemory(bench), budgets.idleMb));
  await pipelineRows(bench, results);
  if (rows.has('replay')) results.lines.push(...(await backlogRow(bench)));
  if (alone.some((row) => rows.has(row))) await rowsAlone(bench, results);
}

async function pipelineRows(bench: Bench, results: Results): Promise<void> {
  const { rows } = bench.options;
  if (!Object.values(rowsOf).some((own) => own.some((row) => rows.has(row)))) return;
  if (bench.options.bare) await bench.prepareBare();
  for (const [scenario, own] of Object.entries(rowsOf) as [ScenarioName, readonly Row[]][]) {
    if (own.some((row) => rows.has(row))) await scenarioRows(bench, scenarios[scenario], results);
  }
}

/** They run in hubs of their own. */
const alone: readonly Row[] = ['trigger', 'flood', 'open-windows', 'registry'];

/** Last, and without the hub's services. */
async function rowsAlone(bench: Bench, { lines }: Results): Promise<void> {
  await bench.hub.stop();
  if (bench.options.rows.has('trigger')) lines.push(...(await steadyRow(bench)));
  if (bench.options.rows.has('flood')) lines.push(...(await floodRow(bench)));
  if (bench.options.rows.has('open-windows')) lines.push(...(await openRow(bench)));
  if (bench.options.rows.has('registry')) lines.push(...(await registryRow(bench)));
}

const rowsOf: Readonly<Record<ScenarioName, readonly Row[]>> = {
  fused: ['chain', 'single', 'memory'],
  previous: ['previous'],
  spread: ['spread', 'single-spread'],
  wide: ['wide'],
};

async function scenarioRows(bench: Bench, scenario: Scenario, { lines, bursts }: Results): Promise<void> {
  const wants = (row: Row) => bench.options.rows.has(row);
  const { windows } = bench.options;
  bench.say(`${scenario.name}: starting its processors`);
  const pipelines = await bench.pipelines(scenario);
  try {
    await warmUp(bench, pipelines, scenario);
    const measureBurst = async (what: string, least?: number) => {
      const measures = (bursts[scenario.name] = await burstRow(bench, pipelines, scenario));
      lines.push(burstLine(`burst of ${windows} windows, ${what}`, measures, least));
    };
    if (wants('chain') && scenario.name === 'fused') await measureBurst('chain in one processor', budgets.burst);
    if (wants('previous') && scenario.name === 'previous') await measureBurst('with previous(1)');
    if (wants('spread') && scenario.name === 'spread') await measureBurst('chain across three processors');
    if (wants('single') && scenario.name === 'fused')
      lines.push(
        ...singleLines(
          'one at a time, chain in one processor',
          await singleRow(bench, pipelines, scenario),
          budgets.single,
        ),
      );
    if (wants('single-spread') && scenario.name === 'spread')
      lines.push(
        ...singleLines(
          'one at a time, across three processors',
          await singleRow(bench, pipelines, scenario),
          budgets.spread,
        ),
      );
    if (wants('wide') && scenario.name === 'wide')
      lines.push(...singleLines('one pane, 50 algorithms', await singleRow(bench, pipelines, scenario), budgets.wide));
    if (wants('memory') && scenario.name === 'fused')
      lines.push(...memoryLines('burst', await burstMemory(bench, pipelines[0]!), budgets.burstMb));
  } finally {
    await Promise.all(pipelines.map((pipeline) => pipeline.stop()));
  }
}

/** Until the compilers have seen the code, and every partition is taken. */
async function warmUp(bench: Bench, pipelines: readonly Pipeline[], scenario: Scenario): Promise<void> {
  const windows = scenario.name === 'wide' ? 100 : Math.min(WARM_UP_WINDOWS, bench.options.windows);
  for (const pipeline of pipelines) {
    const run = bench.run(scenario, windows);
    await burst(pipeline, run, bench.admin);
    await pipeline.check(run);
  }
}

/** Servers and services are installed and have run before. */
async function startUpRow(bench: Bench, { lines }: Results): Promise<void> {
  const stack: number[] = [];
  const services: number[] = [];
  for (let repeat = 1; repeat <= bench.options.repeats; repeat++) {
    await bench.stop();
    const { stackSeconds, servicesSeconds } = await bench.start();
    stack.push(stackSeconds);
    services.push(servicesSeconds);
    bench.say(`  start-up ${repeat}/${bench.options.repeats}: ${(stackSeconds + servicesSeconds).toFixed(1)} s`);
  }
  const whole = stack.map((seconds, index) => seconds + services[index]!);
  lines.push(
    { what: 'start-up: Kafka, registry, Postgres', unit: 's', hub: median(stack) },
    { what: 'start-up: topics and the four services', unit: 's', hub: median(services) },
    { what: 'start-up: whole', unit: 's', hub: median(whole), budget: { most: budgets.startSeconds } },
  );
}
