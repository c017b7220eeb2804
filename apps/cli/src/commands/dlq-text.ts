import { styleText } from 'node:util';

export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** What dead letters and late elements have in common, as the result-collector answers. */
export interface Rejected {
  readonly id: string;
  readonly kept: Position;
  readonly origin: { readonly topic: string; readonly position: Position | null } | null;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly rejectedAtUs: number;
  readonly source: string;
  readonly valueBytes: number;
}

interface Act {
  readonly by: string;
  readonly why: string | null;
  readonly atUs: number;
}

export interface DeadLetter extends Rejected {
  readonly state: 'OPEN' | 'REDRIVEN' | 'DROPPED';
  readonly settlements: readonly (Act & { readonly kind: 'REDRIVEN' | 'DROPPED' })[];
  readonly redriveCount: number;
  readonly history: readonly (Act & { readonly deadLetter: string; readonly code: string; readonly from: string })[];
  readonly cameBackAs: string | null;
}

/** Of one that is shown whole. */
export interface ItsBytes {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly decoded: unknown;
  readonly undecodable: { readonly code: string; readonly message: string } | null;
}

const colors = { OPEN: 'yellow', REDRIVEN: 'green', DROPPED: 'dim' } as const;

export const timeText = (us: number): string => new Date(us / 1000).toISOString();

export const placeText = ({ topic, partition, offset }: Position): string => `${topic}/${partition}/${offset}`;

/** Where it was before; only the topic where no more is told. */
export const originText = ({ origin, stage }: Pick<Rejected, 'origin' | 'stage'>): string => {
  const from = origin ? (origin.position ? placeText(origin.position) : origin.topic) : 'not told';
  return stage === '' ? from : `${from}, refused by ${stage}`;
};

/** One line: which, since when, what of whom is wrong, and what was done. */
export function describeDeadLetter(one: DeadLetter): string {
  const { id, rejectedAtUs, state, code, source, origin, redriveCount, message } = one;
  return [
    id,
    timeText(rejectedAtUs),
    styleText(colors[state], state.padEnd(8)),
    code,
    source,
    origin?.topic ?? '',
    ...(redriveCount > 0 ? [styleText('yellow', `failed again, sent ${times(redriveCount)}`)] : []),
    styleText('dim', message),
  ].join('  ');
}

/** All that is known of it. */
export function deadLetterText(one: DeadLetter & ItsBytes): string {
  const { id, state, history, redriveCount, settlements, cameBackAs } = one;
  const by = (act: Act) => `${timeText(act.atUs)} by ${act.by}${act.why === null ? '' : `: ${act.why}`}`;
  return [
    `${id}  ${styleText(colors[state], state)}`,
    ...commonText(one),
    ...(redriveCount > 0 ? [`history: sent again ${times(redriveCount)} before`] : []),
    ...history.map((past) => `  ${by(past)}; then ${past.code}, from ${past.from} (${past.deadLetter})`),
    ...settlements.map((act) => `${act.kind === 'REDRIVEN' ? 'sent again' : 'dropped'} ${by(act)}`),
    ...(cameBackAs === null ? [] : [styleText('red', `it failed again: ${cameBackAs}`)]),
    ...bytesText(one),
  ].join('\n');
}

export const commonText = (one: Rejected): string[] => [
  `${one.code}: ${one.message}`,
  `refused ${timeText(one.rejectedAtUs)}; key ${one.source}`,
  `from ${originText(one)}`,
  `lies at ${placeText(one.kept)}`,
];

/** Its headers, and the value: decoded, or its bytes in hex, 32 a line. */
export function bytesText({ headers, value, decoded, undecodable }: ItsBytes): string[] {
  const named = Object.entries(headers).map(([name, text]) => styleText('dim', `  ${name}: ${printable(text)}`));
  const body = undecodable
    ? [`value, as it is (${undecodable.code}: ${undecodable.message}):`, ...(value?.match(/.{1,64}/g) ?? ['nothing'])]
    : ['value:', JSON.stringify(decoded, null, 2)];
  return ['headers:', ...named, ...body];
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Control characters of whoever sent it stay out of the terminal. */
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
