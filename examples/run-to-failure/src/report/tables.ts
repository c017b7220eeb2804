// The report as text.
import { HIT_SHARE, PREDICTORS } from '../evaluation/evaluation.ts';
import type { Detection, Errors } from '../evaluation/evaluation.ts';
import { textTable } from './text-table.ts';

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const seconds = (value: number): string => `${value.toFixed(1)} s`;

export function predictionTable(errors: readonly Errors[]): string {
  const header = [
    'life left',
    'predictor',
    'mean error',
    'median error',
    'of what remained',
    `within ±${HIT_SHARE * 100} %`,
  ];
  const rows = errors.map((one) => [
    one.predictor === PREDICTORS[0] ? percent(one.shareLeft) : '',
    one.predictor,
    seconds(one.meanErrorSeconds),
    seconds(one.medianErrorSeconds),
    percent(one.medianErrorShare),
    `${one.hits} of ${one.units}`,
  ]);
  return textTable([header, ...rows]);
}

interface Measure {
  readonly name: string;
  readonly of: (errors: Errors) => number;
  readonly better: 'less' | 'more';
  readonly text: (value: number) => string;
}

const MEASURES: readonly Measure[] = [
  { name: 'mean error', of: (one) => one.meanErrorSeconds, better: 'less', text: seconds },
  { name: 'median error', of: (one) => one.medianErrorSeconds, better: 'less', text: seconds },
  { name: 'median share of what remained', of: (one) => one.medianErrorShare, better: 'less', text: percent },
  { name: 'hits', of: (one) => one.hits, better: 'more', text: String },
];

/** Every place where a baseline is as good as ours or better; a sentence that says so where there is none. */
export function baselineVerdict(errors: readonly Errors[]): string[] {
  const lost = errors
    .filter((one) => one.predictor !== 'windlass')
    .flatMap((baseline) => {
      const ours = errors.find((one) => one.predictor === 'windlass' && one.shareLeft === baseline.shareLeft)!;
      return MEASURES.flatMap(({ name, of, better, text }) => {
        const wins = better === 'less' ? of(ours) < of(baseline) : of(ours) > of(baseline);
        if (wins) return [];
        const [own, other] = [text(of(ours)), text(of(baseline))];
        return `At ${percent(baseline.shareLeft)} left ours does not beat ${baseline.predictor} in ${name}: ${own} against ${other}.`;
      });
    });
  return lost.length > 0
    ? lost
    : ['Ours beats both baselines in every column at every share, on this small number of units.'];
}

export function detectionText(one: Detection): string {
  return (
    `Onset of the fault detected in ${one.detected} of ${one.failed} failed units, median ${seconds(one.medianDelaySeconds)} after it ` +
    `(longest ${seconds(one.longestDelaySeconds)}); ${one.early} alarms before it; false alarms on ${one.falseAlarms} of ${one.healthy} healthy units.`
  );
}
