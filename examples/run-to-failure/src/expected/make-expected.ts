// Writes expected.json: every final result that a run over the whole recording must end with, computed straight from the recording:
// `node src/expected/make-expected.ts`. Imports nothing of the hub, the SDK or libs.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chain } from '../batch/chain.ts';
import { windowsOf } from '../batch/windows.ts';
import { readModel } from '../model/model.ts';
import { readRecording } from '../recording/recording-file.ts';
import { expectedOf } from './expected.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const model = readModel();
const expected = expectedOf(
  windowsOf(readRecording(`${home}recording/samples.csv.gz`)).map((windows) => chain(windows, model)),
);

// One result a line, so that a change can be read in a diff.
const algorithms = Object.entries(expected.results).map(
  ([algorithm, rows]) => `"${algorithm}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
);
const { relativeTolerance } = expected;
writeFileSync(
  `${home}expected.json`,
  `{"relativeTolerance": ${relativeTolerance},\n"results": {\n${algorithms.join(',\n')}\n}}\n`,
);
const counts = Object.entries(expected.results).map(([algorithm, rows]) => `${rows.length} of ${algorithm}`);
console.log(`expected results: ${counts.join(', ')}`);
