import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { firstLine, LIMITS, metadataSchema, variable, type CelType } from './cel.ts';
import type { EpochUs, Metadata, MetadataField, ResultType } from './model.ts';

/** What a condition may refer to. */
export interface ConditionScope {
  /** Of the upstream algorithm; null: not known yet, checked when it is registered. */
  readonly result: ResultType | null;
  /** Of the upstream algorithm's window types. */
  readonly metadata: Readonly<Record<string, MetadataField>>;
}

export interface ConditionInput {
  /** null, boolean, bigint, number, string, Uint8Array, Float64Array, arrays and plain objects of these. */
  readonly result: unknown;
  readonly window: { readonly key: string; readonly startUs: EpochUs; readonly endUs: EpochUs };
  readonly metadata: Metadata;
}

/** `error`: the condition cannot be judged on this input (a field that is absent, a division by zero). It then does not hold. */
export type ConditionVerdict = { readonly holds: boolean; readonly error?: string };

export type Condition =
  | { readonly ok: true; readonly judge: (input: ConditionInput) => ConditionVerdict }
  | { readonly ok: false; readonly message: string };

/** Parses and type-checks a CEL expression over `result`, `window` (key, startUs, endUs) and `metadata`; it must give a boolean. */
export function compileCondition(expression: string, scope: ConditionScope): Condition {
  try {
    const parsed = environment(scope).parse(expression);
    const { valid, type, error } = parsed.check();
    if (!valid) return { ok: false, message: firstLine(error) };
    if (type !== 'bool' && type !== 'dyn') return { ok: false, message: `it gives ${type}, not bool` };
    return { ok: true, judge: (input) => judge(parsed, input) };
  } catch (error) {
    return { ok: false, message: firstLine(error) };
  }
}

function judge(parsed: ParseResult, { result, window, metadata }: ConditionInput): ConditionVerdict {
  const { key, startUs, endUs } = window;
  try {
    const value: unknown = parsed({
      result: toCel(result),
      window: { key, startUs: BigInt(startUs), endUs: BigInt(endUs) },
      metadata,
    });
    return typeof value === 'boolean'
      ? { holds: value }
      : { holds: false, error: `it gave ${typeof value}, not a boolean` };
  } catch (error) {
    return { holds: false, error: firstLine(error) };
  }
}

function environment({ result, metadata }: ConditionScope): Environment {
  return new Environment({ limits: LIMITS })
    .registerVariable(variable('result', result ? celType(result) : 'dyn'))
    .registerVariable(variable('metadata', metadataSchema(metadata)))
    .registerVariable(variable('window', { key: 'string', startUs: 'int', endUs: 'int' }));
}

const SCALARS: Readonly<Record<Exclude<ResultType['type'], 'struct'>, string>> = {
  double: 'double',
  long: 'int',
  boolean: 'bool',
  string: 'string',
  bytes: 'bytes',
  array: 'list<dyn>',
  none: 'null_type',
};

function celType(result: ResultType): CelType {
  if (result.type !== 'struct') return SCALARS[result.type];
  const fields = Object.entries(result.fields ?? {});
  return fields.length === 0 ? 'map' : Object.fromEntries(fields.map(([name, field]) => [name, celType(field)]));
}

/** cel-js knows lists as arrays only. */
function toCel(value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(toCel);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toCel(one)]));
  return value;
}
