/** How the result-collector writes a result: every value with its type, because JSON has neither NaN nor 64-bit integers. */
export interface ResultJson {
  readonly type: 'null' | 'boolean' | 'long' | 'double' | 'string' | 'bytes' | 'array' | 'list' | 'struct';
  readonly value?: unknown;
}

/** The plain value. A long beyond 2^53 loses digits; none of our algorithms answers with one. */
export function plainResult({ type, value }: ResultJson): unknown {
  switch (type) {
    case 'null':
      return null;
    case 'double':
    case 'long':
      return Number(value);
    case 'array':
      return (value as (number | string)[]).map(Number);
    case 'list':
      return (value as ResultJson[]).map(plainResult);
    case 'struct':
      return Object.fromEntries(
        Object.entries(value as Record<string, ResultJson>).map(([name, field]) => [name, plainResult(field)]),
      );
    case 'boolean':
    case 'string':
    case 'bytes':
      return value;
    default:
      return type satisfies never;
  }
}
