import type { ResultType } from '@windlass/dag';

/** Of a value in it. */
export const unitDoc = (unit: string): string => `In ${unit}.`;

/** `double in MB/s`. */
export function described({ type, unit, avro }: ResultType): string {
  const kind = type === 'none' ? 'no value' : type;
  return `${avro ? `${kind}, by an Avro schema` : kind}${unit === undefined ? '' : ` in ${unit}`}`;
}

/** `` `rul@1` on `cycle@1`: double in MB/s. `` */
export const algorithmDoc = (ref: string, windowTypes: readonly string[], result: ResultType): string =>
  `\`${ref}\` on ${windowTypes.map((type) => `\`${type}\``).join(', ')}: ${described(result)}.`;

/** Whether its type is worth a name. */
export const isComposed = ({ type, avro }: ResultType): boolean => type === 'struct' || avro !== undefined;
