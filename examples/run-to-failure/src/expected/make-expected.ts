// Writes expected.json: every window and every final result that a run over the whole recording must end with, computed straight from the recording.
// `node src/expected/make-expected.ts`. Imports nothing of the hub, the SDK or libs.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chain } from '../batch/chain.ts';
import type { UnitOutcome } from '../batch/chain.ts';
import { windowsOf } from '../batch/windows.ts';
import type { Span } from '../model/sample.ts';
import { readModel } from '../model/model.ts';
import { readRecording } from '../recording/recording-file.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const model = readModel();
const units = windowsOf(readRecording(`${home}recording/samples.csv.gz`)).map((windows) => chain(windows, model));

/** One final result: [unit, start of the window, its end (both microseconds UTC), the result]. */
type Row = readonly [unit: string, startUs: number, endUs: number, result: unknown];

const row = (unit: string, span: Span, result: unknown): Row => [unit, span.startUs, span.endUs, result];
const perCycle = (result: (cycle: UnitOutcome['cycles'][number]) => unknown): Row[] =>
  units.flatMap(({ unit, cycles }) => cycles.map((cycle) => row(unit, cycle.span, result(cycle))));

const results: Record<string, Row[]> = {
  indicator: perCycle((cycle) => cycle.indicator),
  deviation: perCycle((cycle) => cycle.deviation),
  rul: perCycle((cycle) => cycle.rul),
  baseline: units.map(({ unit, runIn }) => row(unit, runIn.span, runIn.baseline)),
  probation: units.flatMap(({ unit, probations }) => probations.map(({ span, check }) => row(unit, span, check))),
  summary: units.map(({ unit, life, summary }) => row(unit, life, summary)),
};
const degradations = units.flatMap(({ unit, degradation }) =>
  degradation ? [[unit, degradation.startUs, degradation.endUs]] : [],
);

const lines = Object.entries(results).map(
  ([algorithm, rows]) => `${JSON.stringify(algorithm)}: [\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]`,
);
const text = `{"relativeTolerance": 1e-9,\n"degradations": ${JSON.stringify(degradations)},\n"results": {\n${lines.join(',\n')}\n}}\n`;
writeFileSync(`${home}expected.json`, text);
console.log(
  Object.entries(results)
    .map(([algorithm, rows]) => `${algorithm} ${rows.length}`)
    .join(', '),
  `degradation ${degradations.length}`,
);
