// `--live`: new units, one of each fault and a healthy one, loaded until they die and predicted while they run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { judgePredictions } from '../evaluation/evaluation.ts';
import type { World } from '../hub/world.ts';
import { readModel } from '../model/model.ts';
import type { RemainingLife } from '../model/rul.ts';
import { median } from '../model/statistics.ts';
import { drawPlan } from '../recording/plan.ts';
import { predictionTable } from '../report/tables.ts';
import { textTable } from '../report/text-table.ts';
import { courseOfUnits } from '../report/unit-results.ts';
import { readStored, refOf } from '../replay/stored-results.ts';
import { LiveUnit } from './live-unit.ts';

/** One of each fault; the fourth that is drawn stays healthy. */
const UNITS = 4;
const SHOW_EVERY_MS = 2_000;
/** Predictions asked for each time: those of the last few cycles. */
const RECENT_US = 20_000_000;
const SUMMARY_DEADLINE_MS = 30_000;

/** @returns whether the hub summarised every life that ended, and one of the units */
export async function runLive(world: World): Promise<{ isRight: boolean; source: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'run-to-failure-live-'));
  const batch = new Date().toISOString().slice(5, 19).replaceAll(/[-:T]/g, '');
  const plans = drawPlan(Math.floor(Math.random() * 2 ** 32), UNITS).map((plan, index) => ({
    ...plan,
    unit: `live-${batch}-${index + 1}`,
    outage: null,
  }));
  await world.api.applyDefinitions({ sources: plans.map(({ unit }) => ({ name: unit, kind: 'unit' })) });
  const failure = Promise.withResolvers<never>();
  const units = plans.map(
    (plan) => new LiveUnit(plan, folder, (signals) => void world.publisher.publish(signals).catch(failure.reject)),
  );
  console.log(`${UNITS} units start now; what is done to each is drawn at random, and nobody tells the processors`);
  const lives = Promise.all(units.map((unit) => unit.live()));
  let haveEnded = false;
  const ended = lives.finally(() => (haveEnded = true));
  ended.catch(() => undefined);
  while (!haveEnded) {
    await Promise.race([ended, failure.promise, delay(SHOW_EVERY_MS)]);
    console.log(`${await tableOf(world, units)}\n`);
  }
  await lives;
  rmSync(folder, { recursive: true, force: true });
  return { isRight: await judge(world, units), source: units[0]!.name };
}

async function tableOf({ api }: World, units: readonly LiveUnit[]): Promise<string> {
  const nowUs = Date.now() * 1_000;
  const rows = units.map(async ({ name, startUs, heapBytes, life }) => {
    if (life)
      return [
        name,
        `ended after ${((life.endUs - life.startUs) / 1e6).toFixed(1)} s`,
        life.faultKind,
        life.signal ?? '',
        '',
      ];
    const recent = await api.results({ algorithm: refOf('rul'), source: name, fromUs: nowUs - RECENT_US });
    const latest = recent.findLast(({ state }) => state === 'SUCCEEDED')?.value as RemainingLife | undefined;
    const age = startUs === 0 ? 'starting' : `${((nowUs - startUs) / 1e6).toFixed(0)} s old`;
    const heap = `${(heapBytes / 2 ** 20).toFixed(1)} MiB`;
    if (!latest) return [name, age, heap, 'no prediction yet', ''];
    const range = `${latest.lowSeconds.toFixed(0)} to ${latest.highSeconds.toFixed(0)} s`;
    return [name, age, heap, latest.state, `${latest.remainingSeconds.toFixed(0)} s left (${range})`];
  });
  return textTable(await Promise.all(rows));
}

async function judge({ api }: World, units: readonly LiveUnit[]): Promise<boolean> {
  const names = new Set(units.map(({ name }) => name));
  const end = performance.now() + SUMMARY_DEADLINE_MS;
  const summarised = async (): Promise<number> =>
    (await api.results({ algorithm: refOf('summary') })).filter(({ key }) => names.has(key)).length;
  while ((await summarised()) < units.length && performance.now() < end) await delay(SHOW_EVERY_MS);
  const stored = await readStored(api);
  const courses = courseOfUnits(stored).filter(({ unit }) => names.has(unit));
  const truth = new Map(units.map(({ name, life }) => [name, life!]));
  const failed = courses.filter(({ unit }) => !truth.get(unit)!.censored);
  if (failed.length > 0) {
    console.log(`The ${failed.length} units that failed, an impression and no measure:\n`);
    console.log(predictionTable(judgePredictions(failed, truth, readModel().life)));
  } else console.log('No unit failed within the time it is watched.');
  const delaysMs = stored.rul.filter(({ key }) => names.has(key)).map((one) => (one.knownAtUs - one.endUs) / 1_000);
  console.log(
    `\nFrom the end of a cycle to its prediction: median ${median(delaysMs).toFixed(0)} ms, of which the policy waits 500 ms for late samples.`,
  );
  return courses.length === units.length;
}
