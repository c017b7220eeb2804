import type { Detection, Errors } from '../evaluation/evaluation.ts';
import type { Verdict } from './check.ts';
import type { Latency } from './latency.ts';
import { baselineVerdict, detectionText, predictionTable } from './tables.ts';

/** What was measured while the recording was ingested. */
export interface Run {
  readonly signals: number;
  readonly samples: number;
  /** A run before it was cut short and had done a part. */
  readonly isResumed: boolean;
  /** From the first signal sent to the last result known. */
  readonly seconds: number;
  readonly latency: Latency | null;
}

export interface Report {
  readonly run: Run | null;
  readonly verdict: Verdict;
  readonly errors: readonly Errors[];
  readonly detection: Detection;
  /** Current results, of all units. */
  readonly results: number;
  /** Runs that a later one has replaced: late samples, and results that changed because of them. */
  readonly reruns: number;
  /** Cycles that late samples revised. */
  readonly revisedWindows: number;
  readonly plotFile: string;
}

/** Problems shown of each kind. */
const SHOWN = 5;

export function reportText({
  run,
  verdict,
  errors,
  detection,
  results,
  reruns,
  revisedWindows,
  plotFile,
}: Report): string {
  const units = errors[0]?.units ?? 0;
  return [
    '',
    `Remaining life of the ${units} test units that failed; the model was fitted on other units`,
    '',
    predictionTable(errors),
    '',
    ...baselineVerdict(errors),
    detectionText(detection),
    '',
    `Results: ${results} current; ${revisedWindows} cycles were revised by late samples, and ${reruns} results were replaced by a later run.`,
    ...(run ? [runText(run)] : ['The measurements of the run that ingested them are gone.']),
    ...verdictText(verdict),
    `Plot of prediction against truth: ${plotFile}`,
  ].join('\n');
}

function runText({ signals, isResumed, seconds, latency }: Run): string {
  const part = isResumed ? ', of which a run before had done a part' : `, ${Math.round(signals / seconds)} a second`;
  const total = `Ingested ${signals} signals in ${seconds.toFixed(1)} s${part}`;
  if (!latency) return `${total}.`;
  const [p50, p99] = [latency.p50Ms, latency.p99Ms].map((ms) => `${Math.round(ms)} ms`);
  return `${total}; from the last signal it depends on to a final prediction: p50 ${p50}, p99 ${p99}, at this full load.`;
}

export function verdictText({ expected, right, missing, wrong, duplicates, unexpected }: Verdict): string[] {
  const problems = [
    ['missing', missing],
    ['wrong', wrong],
    ['there more than once', duplicates],
    ['not expected', unexpected],
  ] as const;
  const counts = problems.map(([what, entries]) => `${entries.length} ${what}`).join(', ');
  return [
    `Check against expected.json: ${right} of ${expected} results there once and right; ${counts}.`,
    ...problems.flatMap(([what, entries]) => [
      ...entries.slice(0, SHOWN).map((entry) => `  ${what}: ${entry}`),
      ...(entries.length > SHOWN ? [`  … and ${entries.length - SHOWN} more ${what}`] : []),
    ]),
  ];
}
