import { styleText } from 'node:util';

/** Parts of a result, as the result-collector answers. */
export interface Result {
  readonly executionId: string;
  readonly windowType: string;
  readonly key: string;
  readonly startUs: number;
  readonly algorithm: string;
  readonly run: number;
  readonly state: string;
  readonly isFinal: boolean;
  readonly staleInput: boolean;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly result: { readonly type: string; readonly value?: unknown } | null;
  readonly unit: string | null;
  readonly withdrawn: { readonly reason: string } | null;
}

const MAX_VALUE = 100;

const timeText = (us: number): string => new Date(us / 1000).toISOString();

/** One line: when, whose, which algorithm, what, and whether it will stay so. */
export function describeResult(one: Result): string {
  const { startUs, key, windowType, algorithm, run, executionId, isFinal, staleInput, withdrawn } = one;
  return [
    timeText(startUs),
    key.padEnd(16),
    windowType.padEnd(16),
    styleText('bold', algorithm.padEnd(20)),
    verdictText(one),
    ...(run > 0 ? [`run ${run}`] : []),
    ...(isFinal ? [] : [styleText('yellow', 'may change')]),
    ...(staleInput ? [styleText('yellow', 'stale input')] : []),
    ...(withdrawn ? [styleText('red', `withdrawn: ${withdrawn.reason}`)] : []),
    styleText('dim', `(${executionId})`),
  ].join('  ');
}

function verdictText({ state, reason, result, unit }: Result): string {
  if (state !== 'SUCCEEDED')
    return styleText('red', `${state} ${reason ? `${reason.code}: ${reason.message}` : ''}`.trim());
  return `${valueText(result)}${unit === null ? '' : ` ${unit}`}`;
}

export function valueText(result: Result['result']): string {
  if (result === null || result.type === 'null') return 'null';
  const { type, value } = result;
  if (type === 'array' || type === 'list') return `${type} of ${(value as readonly unknown[]).length}`;
  if (type === 'struct') {
    const fields = Object.entries(value as Readonly<Record<string, NonNullable<Result['result']>>>);
    return shortened(`{ ${fields.map(([name, field]) => `${name}: ${valueText(field)}`).join(', ')} }`);
  }
  return shortened(String(value));
}

const shortened = (text: string): string => (text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text);
