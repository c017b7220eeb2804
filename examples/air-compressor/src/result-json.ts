/** How the result-collector writes a result: every value with its type, because JSON has neither NaN nor 64-bit integers. */
export interface ResultJson {
  readonly type: string;
  readonly value?: unknown;
}

/** The plain value, of the types that this example's algorithms answer with. */
export function plainResult({ type, value }: ResultJson): unknown {
  switch (type) {
    case 'null':
      return null;
    case 'double':
    case 'long':
      return Number(value);
    case 'struct':
      return Object.fromEntries(
        Object.entries(value as Record<string, ResultJson>).map(([name, field]) => [name, plainResult(field)]),
      );
    default:
      return value;
  }
}
