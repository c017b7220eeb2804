import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { firstLine, LIMITS, metadataSchema, variable } from './cel.ts';
import type { Metadata, MetadataField } from './model.ts';

/** What an expression over a signal may refer to. */
export interface SignalInput {
  readonly name: string;
  readonly correlation: string | null;
  readonly values: Readonly<Record<string, number>>;
  /** Samples it stands for. */
  readonly count: number;
  readonly metadata: Metadata;
}

export type SignalScalar = number | string | boolean;

/** `evaluate` gives undefined where the expression cannot be judged on this signal: a channel or field that is absent, a division by zero. */
export type SignalExpression<T extends SignalScalar> =
  | { readonly ok: true; readonly evaluate: (signal: SignalInput) => T | undefined }
  | { readonly ok: false; readonly message: string };

/** Parses and type-checks a CEL expression over `values` (doubles), `signal` (name, correlation, count) and `metadata`; it must give a boolean. */
export const compileSignalCondition = (
  expression: string,
  metadata: Readonly<Record<string, MetadataField>>,
): SignalExpression<boolean> =>
  compile(expression, metadata, { types: ['bool'], isMeant: (value): value is boolean => typeof value === 'boolean' });

/** The same for an expression that gives a number, a text or a boolean. */
export const compileSignalState = (
  expression: string,
  metadata: Readonly<Record<string, MetadataField>>,
): SignalExpression<SignalScalar> =>
  compile(expression, metadata, {
    types: ['double', 'int', 'string', 'bool'],
    isMeant: (value): value is SignalScalar =>
      typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value)),
  });

interface Meant<T extends SignalScalar> {
  readonly types: readonly string[];
  readonly isMeant: (value: unknown) => value is T;
}

function compile<T extends SignalScalar>(
  expression: string,
  metadata: Readonly<Record<string, MetadataField>>,
  { types, isMeant }: Meant<T>,
): SignalExpression<T> {
  try {
    const parsed = environment(metadata).parse(expression);
    const { valid, type, error } = parsed.check();
    if (!valid) return { ok: false, message: firstLine(error) };
    if (type !== 'dyn' && !types.includes(type!))
      return { ok: false, message: `it gives ${type}, not ${types.join(', ')}` };
    return {
      ok: true,
      evaluate: (signal) => {
        const value = evaluated(parsed, signal);
        return isMeant(value) ? value : undefined;
      },
    };
  } catch (error) {
    return { ok: false, message: firstLine(error) };
  }
}

function evaluated(parsed: ParseResult, { name, correlation, values, count, metadata }: SignalInput): unknown {
  try {
    const value: unknown = parsed({
      values,
      signal: { name, correlation: correlation ?? '', count: BigInt(count) },
      metadata,
    });
    return typeof value === 'bigint' ? Number(value) : value;
  } catch {
    return undefined;
  }
}

const environment = (metadata: Readonly<Record<string, MetadataField>>): Environment =>
  new Environment({ limits: LIMITS })
    .registerVariable(variable('values', 'map<string, double>'))
    .registerVariable(variable('signal', { name: 'string', correlation: 'string', count: 'int' }))
    .registerVariable(variable('metadata', metadataSchema(metadata)));
