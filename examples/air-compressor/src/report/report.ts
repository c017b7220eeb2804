import { DATASET, type Failure, FAILURES } from '../fetch/dataset.ts';
import type { Known } from '../hub.ts';
import type { Day } from '../model/day.ts';
import type { Duty } from '../model/duty.ts';
import type { Leak } from '../model/leak.ts';
import { type Judged, judge, type Span } from './episodes.ts';

export interface Hour extends Span {
  readonly duty: Duty;
  readonly leak: Leak;
}

/** What the hub knows when all is computed. */
export interface Recorded {
  readonly hours: readonly Hour[];
  readonly days: readonly Known<Day>[];
}

/** Each makes an alarm of an hour by itself, but the first: that is ours. */
const DETECTORS: readonly { readonly name: string; readonly isAlarm: (hour: Hour) => boolean }[] = [
  { name: 'windlass: far above what is usual, 3 h long', isAlarm: ({ leak }) => leak.alarm },
  { name: 'the low-pressure switch of the machine', isAlarm: ({ duty }) => duty.lowPressureShare > 0 },
  { name: 'under load more than half of the hour', isAlarm: ({ duty }) => duty.loadShare > 0.5 },
];

const SHOWN_DAYS = 5;
const HOUR_US = 3_600_000_000;

export function reportText({ hours, days }: Recorded, failures: readonly Failure[] = FAILURES): string {
  const judged = DETECTORS.map(({ name, isAlarm }) => ({ name, ...judge(hours.filter(isAlarm), failures) }));
  const busiest = days
    .filter(({ value }) => value.loadShare !== null)
    .toSorted((a, b) => b.value.loadShare! - a.value.loadShare!)
    .slice(0, SHOWN_DAYS);
  return [
    `${hours.length} hours of ${days.length} days; ${failures.length} reported failures`,
    '',
    `  ${'an alarm when'.padEnd(46)}${'found'.padEnd(10)}${'hours from the report to the first alarm'.padEnd(44)}alarms elsewhere`,
    ...judged.map(row),
    '',
    '  the busiest days, by the share of time under load',
    ...busiest.map(
      ({ startUs, value }) =>
        `  ${dayText(startUs)}  ${percent(value.loadShare!).padStart(5)}  ${whatWas(startUs, failures)}`,
    ),
    '',
    `Data: ${DATASET.citation}`,
    `Licence: ${DATASET.licence}`,
  ].join('\n');
}

function row({ name, delaysHours, elsewhere }: Judged & { readonly name: string }): string {
  const found = delaysHours.filter((delay) => delay !== null).length;
  const delays = delaysHours.map((delay) => (delay === null ? 'never' : delay.toFixed(1))).join(', ');
  const alarmedHours = elsewhere.reduce((sum, { startUs, endUs }) => sum + (endUs - startUs) / HOUR_US, 0);
  return `  ${name.padEnd(46)}${`${found} of ${delaysHours.length}`.padEnd(10)}${delays.padEnd(44)}${elsewhere.length} (${alarmedHours.toFixed(0)} h)`;
}

const dayText = (us: number): string => new Date(us / 1_000).toISOString().slice(0, 10);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const whatWas = (dayUs: number, failures: readonly Failure[]): string =>
  failures.find(({ fromUs, toUs }) => fromUs < dayUs + 24 * HOUR_US && toUs > dayUs)?.what ?? '';
