import type { ResultValue } from '@windlass/contracts';

export type ResultTypeName = 'double' | 'long' | 'boolean' | 'string' | 'bytes' | 'array' | 'struct' | 'none' | 'avro';

/** What an algorithm answers with: name, unit and, through `T`, the TypeScript type of its results. */
export interface ResultType<T = unknown> {
  readonly type: ResultTypeName;
  /** UCUM unit, for instance `MB/s` or `%`. */
  readonly unit?: string;
  /** May be null: nothing was measured, or nothing can be said. */
  readonly optional?: true;
  /** Fields of a struct. */
  readonly fields?: Readonly<Record<string, ResultType>>;
  /** An Avro schema of your own. */
  readonly avro?: object;
  /** Exists in the type system only. */
  readonly valueType?: T;
}

export type ValueOf<R> = R extends ResultType<infer T> ? T : never;

const typed = <T>(type: ResultTypeName, unit?: string): ResultType<T> =>
  unit === undefined ? { type } : { type, unit };

/** A 64-bit float; NaN and infinities travel unchanged. */
export const double = (unit?: string): ResultType<number> => typed('double', unit);
/** A 64-bit integer. */
export const long = (unit?: string): ResultType<bigint> => typed('long', unit);
export const boolean = (): ResultType<boolean> => typed('boolean');
export const string = (): ResultType<string> => typed('string');
export const bytes = (): ResultType<Uint8Array> => typed('bytes');
/** A dense array of 64-bit floats. */
export const doubles = (unit?: string): ResultType<Float64Array> => typed('array', unit);
/** An ordered list of any values. */
export const list = <T extends ResultValue>(unit?: string): ResultType<readonly T[]> => typed('array', unit);
/** No value: the algorithm is there for what it emits. */
export const nothing = (): ResultType<void> => typed('none');

/** A record of named fields, each with its own type and unit. */
export const struct = <const F extends Readonly<Record<string, ResultType<any>>>>(
  fields: F,
): ResultType<{ readonly [K in keyof F]: ValueOf<F[K]> }> => ({ type: 'struct', fields });

/**
 * What an Avro schema of your own says; the type of its values is given by hand: `avro<{ level: number }>({ type: 'record', … })`. A
 * record is a plain object, an enum its symbol, an int or long a bigint (a whole number is taken for one), a union with null may be
 * null; logical types are what they are made of. Records have default values where they are left out.
 */
export const avro = <T extends ResultValue>(schema: object, unit?: string): ResultType<T> => ({
  ...typed<T>('avro', unit),
  avro: schema,
});

/** The same type, or null. For a field of a struct; a result as a whole is never null. */
export const optional = <T>(type: ResultType<T>): ResultType<T | null> =>
  ({ ...type, optional: true }) as ResultType<T | null>;
