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
import { predictionPlot } from './report/plot.ts';
import type { Report } from './report/report.ts';
import { courseOfUnits } from './report/unit-results.ts';
import { ingest } from './replay/ingest.ts';
import { refOf } from './replay/stored-results.ts';

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
