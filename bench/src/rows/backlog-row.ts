import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { startHubPipeline } from '../hub/hub-pipeline.ts';
import { memoryOf } from '../measure/processes.ts';
import { median, percentile } from '../measure/statistics.ts';
import { paneMessage, paneOf } from '../pane.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Line } from '../report.ts';
import { scenarios } from '../scenario.ts';
import { singleRow } from './single-row.ts';

/** How much longer live windows may take beside a replay, at the 99th percentile. */
const BESIDE_REPLAY = 1.2;

const CHUNK = 20_000;
/** How long the replay is left alone, once it has had time to notice. */
const ALONE_MS = 15_000;
const NOTICE_MS = 15_000;

/**
 * Live windows one at a time, without and beside a backlog of replay tasks of the same processor. The processor is paused while the
 * backlog builds up, so that it is whole when live windows begin; it is worked off beside them, and then for a while alone.
 */
export async function backlogRow(bench: Bench): Promise<Line[]> {
  const { replays } = bench.options;
  const pipeline = await startHubPipeline(bench.parts, scenarios.fused);
  try {
    const without = await liveTimes(bench, pipeline);
    const idleMb = routerMb(bench);
    await hold(bench, { method: 'PUT', body: { mode: 'PAUSE', why: 'a backlog builds up' } });
    await fill(bench, pipeline);
    const before = await progress(bench);
    await hold(bench, { method: 'DELETE' });
    const beside = await liveTimes(bench, pipeline);
    const after = await progress(bench);
    const live = beside.reduce((sum, times) => sum + times.length, 0);
    const replayed = after.sent - before.sent - live;
    bench.say(`  replay: ${replayed} of ${replays} tasks done beside the live windows`);
    const backlogMb = routerMb(bench);
    await delay(NOTICE_MS);
    const alone = await progress(bench);
    await delay(ALONE_MS);
    const end = await progress(bench);
    const isLeft = end.sent - before.sent - live < replays;
    return linesOf({
      ...{ replays, without, beside, idleMb, backlogMb },
      besidePerSecond: (replayed * 1_000) / (after.ms - before.ms),
      alonePerSecond: isLeft ? ((end.sent - alone.sent) * 1_000) / (end.ms - alone.ms) : undefined,
    });
  } finally {
    await pipeline.stop();
  }
}

const liveTimes = async (bench: Bench, pipeline: Pipeline): Promise<number[][]> =>
  (await singleRow(bench, [pipeline], scenarios.fused)).get('hub')!;

async function fill(bench: Bench, { publisher, prefix, dagRevision }: Pipeline): Promise<void> {
  const { replays } = bench.options;
  const run = bench.run(scenarios.fused, replays);
  const startedMs = performance.now();
  for (let from = 0; from < replays; from += CHUNK) {
    const panes = Array.from({ length: Math.min(CHUNK, replays - from) }, (_, at) => ({
      ...paneOf(run, from + at, dagRevision),
      lane: 'REPLAY' as const,
    }));
    await publisher.publish(panes.map((pane) => paneMessage(pane, `${prefix}.panes.replay.v1`)));
  }
  bench.say(`  replay: ${replays} tasks wait after ${Math.round((performance.now() - startedMs) / 1000)} s`);
}

const PROCESSOR = scenarios.fused.processors[0]!.name;

const progress = async (bench: Bench) => ({ sent: await tasksSent(bench), ms: performance.now() });

/** By the router, so far. */
async function tasksSent({ hub }: Bench): Promise<number> {
  const text = await (await fetch(`${hub.urls.router}/metrics`)).text();
  const sent = /router_tasks_total(?:\{[^}]*\})? (\d+)/.exec(text)?.[1];
  if (sent === undefined) throw new Error('the router tells no router_tasks_total');
  return Number(sent);
}

async function hold({ hub }: Bench, { method, body }: { readonly method: string; readonly body?: object }) {
  const response = await fetch(`${hub.urls['dag-registry']}/v1/holds/processor/${PROCESSOR}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} a hold was answered with ${response.status}: ${await response.text()}`);
}

const routerMb = ({ hub }: Bench): number => memoryOf(hub.services.router.pid).pssMb;

function linesOf({
  replays,
  without,
  beside,
  idleMb,
  backlogMb,
  besidePerSecond,
  alonePerSecond,
}: {
  readonly replays: number;
  readonly without: readonly number[][];
  readonly beside: readonly number[][];
  readonly idleMb: number;
  readonly backlogMb: number;
  readonly besidePerSecond: number;
  /** Undefined: nothing was left to be done alone. */
  readonly alonePerSecond: number | undefined;
}): Line[] {
  const what = `beside ${replays.toLocaleString('en-US')} replay tasks`;
  const p = (times: readonly number[][], share: number) => median(times.map((one) => percentile(one, share)));
  const ratio = (share: number) => p(beside, share) / p(without, share);
  return [
    { what: 'live windows without a backlog, p50', unit: 'ms', hub: p(without, 0.5) },
    { what: 'live windows without a backlog, p99', unit: 'ms', hub: p(without, 0.99) },
    { what: `live windows ${what}, p50`, unit: 'ms', hub: p(beside, 0.5) },
    { what: `live windows ${what}, p99`, unit: 'ms', hub: p(beside, 0.99) },
    { what: `live windows ${what}, p99`, unit: '× without', hub: ratio(0.99), budget: { most: BESIDE_REPLAY } },
    { what: 'replay tasks beside live windows', unit: '1/s', hub: besidePerSecond },
    ...(alonePerSecond === undefined ? [] : [{ what: 'replay tasks alone', unit: '1/s', hub: alonePerSecond }]),
    { what: 'router without a backlog, PSS', unit: 'MB', hub: idleMb },
    { what: `router ${what}, PSS`, unit: 'MB', hub: backlogMb },
  ];
}
