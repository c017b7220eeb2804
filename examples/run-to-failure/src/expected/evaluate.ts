// Prints how the model does on the units it was not fitted on, from the batch results: `node src/expected/evaluate.ts`.
import { fileURLToPath } from 'node:url';
import { chain } from '../batch/chain.ts';
import type { UnitOutcome } from '../batch/chain.ts';
import { windowsOf } from '../batch/windows.ts';
import { judgeDetection, judgePredictions } from '../evaluation/evaluation.ts';
import type { UnitResults } from '../evaluation/evaluation.ts';
import { readModel } from '../model/model.ts';
import { readLives } from '../recording/lives-file.ts';
import { readRecording } from '../recording/recording-file.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const model = readModel();
const lives = new Map(readLives(`${home}recording/units.csv`).map((life) => [life.unit, life]));
const units = windowsOf(readRecording(`${home}recording/samples.csv.gz`)).map((windows) => chain(windows, model));

for (const split of ['test', 'fit']) {
  const results = units.filter((unit) => lives.get(unit.unit)!.split === split).map(resultsOf);
  console.log(`\nunits for ${split}`);
  console.table(
    judgePredictions(results, lives, model.life).map((errors) => ({
      ...errors,
      meanErrorSeconds: errors.meanErrorSeconds.toFixed(1),
      medianErrorSeconds: errors.medianErrorSeconds.toFixed(1),
      medianErrorShare: errors.medianErrorShare.toFixed(2),
    })),
  );
  console.log(judgeDetection(results, lives));
}

function resultsOf({ unit, life, cycles }: UnitOutcome): UnitResults {
  return {
    unit,
    life,
    cycles: cycles.map(({ span, indicator, deviation, rul }) => ({
      span,
      indicator,
      alarm: deviation.alarm,
      remainingSeconds: rul.remainingSeconds,
    })),
  };
}
