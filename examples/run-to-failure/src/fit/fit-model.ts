// Writes model.json from the fit units of the recording: `node src/fit/fit-model.ts`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { windowsOf } from '../batch/windows.ts';
import { readLives } from '../recording/lives-file.ts';
import { readRecording } from '../recording/recording-file.ts';
import { fitModel } from './fit.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const lives = new Map(
  readLives(`${home}recording/units.csv`)
    .filter((life) => life.split === 'fit')
    .map((life) => [life.unit, life]),
);
const rows = readRecording(`${home}recording/samples.csv.gz`).filter((row) => lives.has(row.unit));
const model = fitModel(windowsOf(rows).map((windows) => ({ windows, life: lives.get(windows.unit)! })));
writeFileSync(`${home}model.json`, `${JSON.stringify(model, null, 2)}\n`);
console.log(
  `fitted on ${model.fittedOn.length} units: alarm above a score of ${model.detector.threshold.toFixed(1)}, mean life ${model.life.meanSeconds.toFixed(0)} s`,
);
