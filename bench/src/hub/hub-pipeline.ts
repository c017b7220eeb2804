import { createPublisher, kafkaConnection } from '@windlass/messaging';
import type { ProgramHandle, RunningHub } from '@windlass/embedded';
import type pg from 'pg';
import { fromUsOf, toUsOf, type Run } from '../pane.ts';
import type { Pipeline } from '../pipeline.ts';
import {
  algorithmsOf,
  expectedSum,
  refOf,
  scenarios,
  SOURCES,
  VERSION,
  windowTypesOf,
  type Scenario,
} from '../scenario.ts';
import { waitFor } from '../measure/wait.ts';
import { fileURLToPath } from 'node:url';

export const PREFIX = 'windlass';
const SPOKE = fileURLToPath(new URL('../spoke.js', import.meta.url));
const READY_MS = 180_000;
const ANSWER_MS = 60_000;

/** Window types and expected processors of all scenarios, so that processors may register in any order. */
const definitions = {
  windowTypes: Object.values(scenarios)
    .flatMap(windowTypesOf)
    .map((ref) => ({
      name: ref.slice(0, ref.indexOf('@')),
      version: VERSION,
      reads: ['sample'],
      open: { fixed: { size: '1s' } },
      metadata: { load: { type: 'double', required: true } },
    })),
  processors: Object.values(scenarios).flatMap(({ processors }) =>
    processors.map(({ name, algorithms }) => ({ name, algorithms: algorithms.map((one) => refOf(one.name)) })),
  ),
};

/** The real hub: its services run already; here the scenario's processors are started, and its panes are stamped. */
export async function startHubPipeline(
  { hub, partitions, pool }: { readonly hub: RunningHub; readonly partitions: number; readonly pool: pg.Pool },
  scenario: Scenario,
): Promise<Pipeline> {
  const registry = hub.urls['dag-registry'];
  await call(`${registry}/v1/definitions`, { method: 'PUT', body: definitions });
  const spokes: ProgramHandle[] = [];
  for (const { name } of scenario.processors) {
    spokes.push(await hub.startProcess({ name, script: SPOKE, env: { BENCH_PROCESSOR: name } }));
  }
  const { number } = await waitFor(() => registered(registry, scenario), {
    deadlineMs: READY_MS,
    what: `the registration of ${scenario.processors.map(({ name }) => name).join(', ')}`,
  });
  const publisher = await createPublisher({
    kafka: kafkaConnection(hub.env, 'bench'),
    registryUrl: hub.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
    hub: { prefix: PREFIX, partitions, teams: ['default'] },
    source: 'bench',
    families: ['panes'],
  });
  const services = Object.entries(hub.services).map(([name, { pid }]) => [name, pid] as const);
  return {
    name: 'hub',
    prefix: PREFIX,
    publisher,
    dagRevision: number,
    processes: Object.fromEntries([...services, ...spokes.map(({ name, pid }) => [name, pid] as const)]),
    countStored: (run) => countStored(pool, 'result_collector', run),
    check: (run) => checkStored(pool, 'result_collector', run),
    stop: async () => {
      await publisher.close();
      await Promise.all(spokes.map((spoke) => spoke.stop()));
    },
  };
}

async function registered(registry: string, scenario: Scenario): Promise<{ number: number } | undefined> {
  const dag = (await call(`${registry}/v1/dag`)) as {
    readonly number: number;
    readonly algorithms: readonly { readonly name: string }[];
  };
  const known = new Set(dag.algorithms.map(({ name }) => name));
  return algorithmsOf(scenario).every(({ name }) => known.has(name)) ? dag : undefined;
}

async function call(url: string, { method = 'GET', body }: { method?: string; body?: unknown } = {}): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Outcomes of a run's windows in a store of the collector's shape. */
export async function countStored(pool: pg.Pool, schema: string, run: Run): Promise<number> {
  const { rows } = await pool.query<{ stored: number }>(
    `SELECT count(*)::integer AS stored FROM ${schema}.outcomes WHERE start_us >= $1 AND start_us < $2`,
    [fromUsOf(run), toUsOf(run)],
  );
  return rows[0]!.stored;
}

/** @throws unless every algorithm has answered once for every window, with the right values. */
export async function checkStored(pool: pg.Pool, schema: string, run: Run): Promise<void> {
  const { rows } = await pool.query<{
    algorithm: string;
    stored: number;
    windows: number;
    sources: number;
    sum: number;
  }>(
    `SELECT algorithm, count(*)::integer AS stored, count(DISTINCT window_id)::integer AS windows,
            count(DISTINCT key)::integer AS sources, sum(result_double)::float8 AS sum
     FROM ${schema}.outcomes WHERE start_us >= $1 AND start_us < $2 AND state = 'SUCCEEDED' GROUP BY algorithm`,
    [fromUsOf(run), toUsOf(run)],
  );
  const { scenario, windows } = run;
  const wrong = algorithmsOf(scenario).filter(({ name }) => {
    const row = rows.find(({ algorithm }) => algorithm === refOf(name));
    return row?.stored !== windows || row.windows !== windows || row.sources !== Math.min(windows, SOURCES);
  });
  if (wrong.length > 0) {
    throw new Error(
      `${schema}: ${scenario.name} run ${run.number}: not every window has one result of ${wrong.map(({ name }) => name).join(', ')}: ${JSON.stringify(rows)}`,
    );
  }
  const last = scenario.name === 'wide' ? rows : rows.filter(({ algorithm }) => algorithm === refOf(lastOf(scenario)));
  const sum = last.reduce((total, row) => total + row.sum, 0);
  if (Math.abs(sum - expectedSum(scenario, windows)) > 1e-6 * sum) {
    throw new Error(
      `${schema}: ${scenario.name} run ${run.number}: results add up to ${sum}, not ${expectedSum(scenario, windows)}`,
    );
  }
}

const lastOf = (scenario: Scenario): string => algorithmsOf(scenario).at(-1)!.name;
