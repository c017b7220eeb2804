import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { startHubPipeline } from '../hub/hub-pipeline.ts';
import { memoryOf } from '../measure/processes.ts';
import { median, percentile } from '../measure/statistics.ts';
import { paneMessage, paneOf } from '../pane.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Line } from '../report.ts';
import { backlogTypeOf, scenarios } from '../scenario.ts';
import { OutcomeWatch } from '../measure/outcome-watch.ts';
import { block } from './single-row.ts';

/** How much longer live windows may take beside a replay, at the 99th percentile. */
const BESIDE_REPLAY = 1.2;

const scenario = scenarios.fused;
const CHUNK = 20_000;
/** Turns with the backlog in a repetition, and as many without. */
const ROUNDS = 2;
/** Live windows of a turn. */
const LIVE = 3_000;
/** Live windows until a hub that has just started is as quick as it gets: the slowest turns would decide else. */
const WARM_UP = 6_000;
/** Live windows before each turn that are not counted: what is held moves from one queue to another. */
const SETTLE_MS = 4_000;
/** How long the replay is left alone, once it has had time to notice. */
const ALONE_MS = 15_000;
const NOTICE_MS = 15_000;

/**
 * Live windows one at a time, beside a backlog of replay tasks of the same processor and without it, in turns: what waits is of a window
 * type of its own, which is held in every other turn. At last the backlog is worked off alone for a while.
 */
export async function backlogRow(bench: Bench): Promise<Line[]> {
  const { replays, repeats } = bench.options;
  const pipeline = await startHubPipeline(bench.parts, scenario);
  const watch = new OutcomeWatch(bench.kafka, pipeline.prefix);
  try {
    await watch.start();
    await block(bench, pipeline, watch, scenario, WARM_UP);
    const before = [await turn(bench, pipeline, watch)];
    const idleMb = routerMb(bench);
    await hold(bench, { method: 'PUT', body: { mode: 'PAUSE', why: 'a backlog builds up' } });
    await fill(bench, pipeline);
    const turns = { before, without: [] as Turn[], beside: [] as Turn[] };
    for (let round = 1; round <= repeats * ROUNDS; round++) {
      turns.without.push(await turn(bench, pipeline, watch));
      await hold(bench, { method: 'DELETE' });
      turns.beside.push(await turn(bench, pipeline, watch));
      if (round < repeats * ROUNDS) await hold(bench, { method: 'PUT', body: { mode: 'PAUSE' } });
      sayTurn(bench, turns, round);
    }
    const backlogMb = routerMb(bench);
    await delay(NOTICE_MS);
    const alone = await progress(bench);
    await delay(ALONE_MS);
    const end = await progress(bench);
    const isLeft = end.sent < replays;
    const alonePerSecond = isLeft ? perSecond(alone, end) : undefined;
    return linesOf({ replays, ...turns, idleMb, backlogMb, alonePerSecond });
  } finally {
    await watch.stop();
    await pipeline.stop();
  }
}

interface Turn {
  /** Milliseconds from pane to last outcome. */
  readonly times: readonly number[];
  readonly replaysPerSecond: number;
}

async function turn(bench: Bench, pipeline: Pipeline, watch: OutcomeWatch): Promise<Turn> {
  const settledMs = performance.now() + SETTLE_MS;
  while (performance.now() < settledMs) await block(bench, pipeline, watch, scenario, 1);
  const before = await progress(bench);
  const times = await block(bench, pipeline, watch, scenario, LIVE);
  const after = await progress(bench);
  return { times, replaysPerSecond: perSecond({ ...before, sent: before.sent + LIVE }, after) };
}

function sayTurn(
  bench: Bench,
  { without, beside }: Record<'without' | 'beside', readonly Turn[]>,
  round: number,
): void {
  const of = (turn: Turn) => [0.5, 0.95, 0.99].map((share) => percentile(turn.times, share).toFixed(1)).join(' ');
  const replayed = beside.at(-1)!.replaysPerSecond.toFixed(0);
  bench.say(
    `  replay, turn ${round}: p50, p95, p99 without ${of(without.at(-1)!)}, beside ${of(beside.at(-1)!)} ms and ${replayed} replays/s`,
  );
}

async function fill(bench: Bench, { publisher, prefix, dagRevision }: Pipeline): Promise<void> {
  const { replays } = bench.options;
  const run = bench.run(scenario, replays);
  const startedMs = performance.now();
  for (let from = 0; from < replays; from += CHUNK) {
    const panes = Array.from({ length: Math.min(CHUNK, replays - from) }, (_, at) => ({
      ...paneOf(run, from + at, dagRevision),
      windowType: backlogTypeOf(scenario),
      lane: 'REPLAY' as const,
    }));
    await publisher.publish(panes.map((pane) => paneMessage(pane, `${prefix}.panes.replay.v1`)));
  }
  bench.say(`  replay: ${replays} tasks wait after ${Math.round((performance.now() - startedMs) / 1000)} s`);
}

interface Progress {
  readonly sent: number;
  readonly ms: number;
}
const progress = async (bench: Bench): Promise<Progress> => ({ sent: await tasksSent(bench), ms: performance.now() });
const perSecond = (from: Progress, to: Progress): number => ((to.sent - from.sent) * 1_000) / (to.ms - from.ms);

/** By the router, so far. */
async function tasksSent({ hub }: Bench): Promise<number> {
  const text = await (await fetch(`${hub.urls.router}/metrics`)).text();
  const sent = /router_tasks_total(?:\{[^}]*\})? (\d+)/.exec(text)?.[1];
  if (sent === undefined) throw new Error('the router tells no router_tasks_total');
  return Number(sent);
}

async function hold({ hub }: Bench, { method, body }: { readonly method: string; readonly body?: object }) {
  const response = await fetch(`${hub.urls['dag-registry']}/v1/holds/windowType/${backlogTypeOf(scenario)}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} a hold was answered with ${response.status}: ${await response.text()}`);
}

const routerMb = ({ hub }: Bench): number => memoryOf(hub.services.router.pid).pssMb;

function linesOf({
  replays,
  before,
  without,
  beside,
  idleMb,
  backlogMb,
  alonePerSecond,
}: {
  readonly replays: number;
  readonly before: readonly Turn[];
  readonly without: readonly Turn[];
  readonly beside: readonly Turn[];
  readonly idleMb: number;
  readonly backlogMb: number;
  /** Undefined: nothing was left to be done alone. */
  readonly alonePerSecond: number | undefined;
}): Line[] {
  const what = `beside ${replays.toLocaleString('en-US')} replay tasks`;
  const of = (turns: readonly Turn[], share: number) =>
    percentile(
      turns.flatMap(({ times }) => times),
      share,
    );
  // Turn by turn: the machine changes between minutes.
  const ratio = (share: number) => median(beside.map((turn, i) => of([turn], share) / of([without[i]!], share)));
  const live = (kind: string, turns: readonly Turn[], share: number): Line => ({
    what: `live windows ${kind}, p${share * 100}`,
    unit: 'ms',
    hub: of(turns, share),
  });
  return [
    live('before the backlog', before, 0.5),
    live('before the backlog', before, 0.99),
    live('with the backlog held', without, 0.5),
    live('with the backlog held', without, 0.99),
    live(what, beside, 0.5),
    live(what, beside, 0.99),
    { what: `live windows ${what}, p50`, unit: '× held', hub: ratio(0.5) },
    { what: `live windows ${what}, p99`, unit: '× held', hub: ratio(0.99), budget: { most: BESIDE_REPLAY } },
    { what: 'replay tasks beside live windows', unit: '1/s', hub: median(beside.map((turn) => turn.replaysPerSecond)) },
    ...(alonePerSecond === undefined ? [] : [{ what: 'replay tasks alone', unit: '1/s', hub: alonePerSecond }]),
    { what: 'router without a backlog, PSS', unit: 'MB', hub: idleMb },
    { what: `router ${what}, PSS`, unit: 'MB', hub: backlogMb },
  ];
}
