// The main job: the recording through the hub, and what came of it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeDetection, judgePredictions } from './evaluation/evaluation.ts';
import type { Expected } from './expected/expected.ts';
import { ALGORITHMS } from './expected/expected.ts';
import type { World } from './hub/world.ts';
import { readModel } from './model/model.ts';
import { readLives } from './recording/lives-file.ts';
import { readRecording } from './recording/recording-file.ts';
import { checkResults, isPerfect } from './report/check.ts';
import { latencyOf } from './report/latency.ts';
import { predictionPlot } from './report/plot.ts';
import { Progress } from './report/progress.ts';
import type { Report, Run } from './report/report.ts';
import { courseOfUnits } from './report/unit-results.ts';
import { replay } from './replay/replay.ts';
import { signalsOf } from './replay/signals.ts';
import { readStored, refOf, settle } from './replay/stored-results.ts';
import type { Settled } from './replay/stored-results.ts';

const home = fileURLToPath(new URL('..', import.meta.url));

/** Replays the recording unless the store holds all of its results already, and judges what the store holds. */
export async function runRecording(world: World, dataDir: string): Promise<Report> {
  const expected = JSON.parse(readFileSync(`${home}expected.json`, 'utf8')) as Expected;
  const folder = join(dataDir, 'run-to-failure');
  mkdirSync(folder, { recursive: true });
  const { settled, run } = await ingest(world, expected, join(folder, 'last-run.json'));
  const truth = new Map(readLives(`${home}recording/units.csv`).map((life) => [life.unit, life]));
  const courses = courseOfUnits(settled.stored).filter(({ unit }) => truth.get(unit)?.split === 'test');
  const { life } = readModel();
  const errors = judgePredictions(courses, truth, life);
  const plotFile = join(folder, 'predictions.svg');
  const failed = courses.filter(({ unit }) => !truth.get(unit)!.censored);
  writeFileSync(
    plotFile,
    predictionPlot(courses, truth, `Remaining life of the ${failed.length} test units that failed`),
  );
  const outcomes = await world.api.outcomes();
  const current = ALGORITHMS.map((algorithm) => settled.stored[algorithm]);
  return {
    run,
    verdict: settled.verdict,
    errors,
    detection: judgeDetection(courses, truth),
    results: current.flat().length,
    reruns: ALGORITHMS.reduce((sum, one) => sum + (outcomes.get(refOf(one)) ?? 0), 0) - current.flat().length,
    revisedWindows: settled.stored.indicator.filter(({ revision }) => revision > 0).length,
    plotFile,
  };
}

interface Ingested {
  readonly settled: Settled;
  /** Of the run that ingested it; null when its measurements are gone. */
  readonly run: Run | null;
}

async function ingest({ api, publisher }: World, expected: Expected, lastRunFile: string): Promise<Ingested> {
  const stored = await readStored(api);
  const verdict = checkResults(expected, stored);
  if (isPerfect(verdict)) {
    console.log('already ingested: all results are in the store (--fresh forgets them)');
    return { settled: { stored, verdict }, run: readLastRun(lastRunFile) };
  }
  const rows = readRecording(`${home}recording/samples.csv.gz`);
  const signals = [...signalsOf(rows)];
  const samples = rows.filter((row) => row.phase === 'POINT').length;
  if (verdict.right > 0) console.log('a run before this one was cut short: replaying all of it, what is known stays');
  console.log(
    `replaying ${signals.length} signals (${samples} samples of ${expected.results.summary.length} units) in the order of their arrival`,
  );
  const progress = new Progress();
  const startedAtMs = performance.now();
  let sent = 0;
  let known = 0;
  const show = (): void =>
    progress.show(
      `  ${sent} of ${signals.length} signals sent, ${known} results known (${verdict.expected} expected, more with reruns)`,
    );
  const countOutcomes = async (): Promise<number> => {
    const outcomes = await api.outcomes();
    known = [...outcomes.values()].reduce((sum, one) => sum + one, 0);
    show();
    return outcomes.get(refOf('rul')) ?? 0;
  };
  const sentAtUs = await replay(signals, {
    publish: (some) => publisher.publish(some),
    answeredCycles: countOutcomes,
    onProgress: (count) => (sent = count),
  });
  const settled = await settle(api, expected, (count) => {
    known = count;
    show();
  });
  const everything = ALGORITHMS.flatMap((algorithm) => settled.stored[algorithm]);
  const lastKnownUs = Math.max(...everything.map(({ knownAtUs }) => knownAtUs));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  progress.end(`  ${signals.length} signals sent, ${known} results known`);
  const run: Run = {
    signals: signals.length,
    samples,
    seconds: Math.min(seconds, (lastKnownUs - Math.min(...sentAtUs.values())) / 1e6),
    latency: latencyOf(settled.stored.rul, signals, sentAtUs),
  };
  writeFileSync(lastRunFile, JSON.stringify(run));
  return { settled, run };
}

function readLastRun(file: string): Run | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch {
    return null;
  }
}
