import { durationUs, type Duration } from './duration.ts';
import type { ResultType } from './result-type.ts';
import type { Metadata } from './window-type.ts';

/** Another algorithm as far as a dependant needs it: who it is and, through `T`, what it answers with. */
export interface AlgorithmRef<T = unknown> {
  readonly name: string;
  readonly version: string;
  /** What it declares; the hub checks that what it registered fits. Absent: it is not checked. */
  readonly result?: ResultType<T>;
  /** Exists in the type system only. */
  readonly resultValue?: T;
}

/** The result of an upstream algorithm, with the window it is about. */
export interface Input<T = unknown> {
  readonly value: T;
  readonly windowId: string;
  readonly generation: number;
  readonly revision: number;
  readonly startUs: number;
  readonly endUs: number;
  /** No later revision of it will come. */
  readonly isFinal: boolean;
  readonly metadata: Metadata;
}

export type Relation =
  | { readonly kind: 'same' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'children' }
  | { readonly kind: 'previous'; readonly count: number }
  | { readonly kind: 'previous'; readonly durationUs: number };

/** What happens when the input is not there as wished; what is not given, the hub decides. */
export interface DependencyOptions {
  /** There is no such result. */
  readonly onMissing?: 'wait' | 'runWithout' | 'skip' | 'fail';
  /** The upstream algorithm failed. */
  readonly onFailed?: 'runWithout' | 'skip' | 'fail';
  /** A later revision of the input may still come. */
  readonly onProvisional?: 'accept' | 'wait';
  /** How long to wait before `onMissing` is settled without it; null: for ever. */
  readonly waitMs?: number | null;
  /** The input was revised after this algorithm ran. */
  readonly onRevision?: 'rerun' | 'keep' | { readonly rerunDepth: number };
}

export interface Dependency<I = unknown> {
  readonly algorithm: AlgorithmRef;
  readonly relation: Relation;
  readonly options: DependencyOptions;
  /** Exists in the type system only: what the handler receives. */
  readonly inputType?: I;
}

/** What an algorithm's `needs` may hold: an algorithm (same window) or a dependency made below. */
export type Need = AlgorithmRef<any> | Dependency<any>;
export type Needs = Readonly<Record<string, Need>>;

export type InputOf<N> = N extends Dependency<infer I> ? I : N extends AlgorithmRef<infer T> ? T : never;
export type InputsOf<N extends Needs> = { readonly [K in keyof N]: InputOf<N[K]> };

/** A handler that may run without an input must expect that it is not there. */
type Maybe<T, O> = O extends { onMissing: 'runWithout' } | { onFailed: 'runWithout' } ? T | undefined : T;
type Options = Readonly<DependencyOptions>;
type None = Record<never, never>;

/** Its result on the same window. The handler receives the value. */
export const same = <T, const O extends Options = None>(
  algorithm: AlgorithmRef<T>,
  options?: O,
): Dependency<Maybe<T, O>> => ({ algorithm, relation: { kind: 'same' }, options: options ?? {} });

/** Its latest accepted result on the parent window. The handler receives the value. */
export const parent = <T, const O extends Options = None>(
  algorithm: AlgorithmRef<T>,
  options?: O,
): Dependency<Maybe<T, O>> => ({ algorithm, relation: { kind: 'parent' }, options: options ?? {} });

/** Its results on all child windows, once they are closed; ordered by start. */
export const children = <T>(algorithm: AlgorithmRef<T>, options: Options = {}): Dependency<readonly Input<T>[]> => ({
  algorithm,
  relation: { kind: 'children' },
  options,
});

/** Its results on the last `span` windows of the same key (a count), or those within a duration before; oldest first, fewer at the beginning. */
export const previous = <T>(
  algorithm: AlgorithmRef<T>,
  span: number | Duration,
  options: Options = {},
): Dependency<readonly Input<T>[]> => ({
  algorithm,
  relation:
    typeof span === 'number' ? { kind: 'previous', count: span } : { kind: 'previous', durationUs: durationUs(span) },
  options,
});

/**
 * An algorithm of another processor (or this one's own earlier results): `remote<number>('indicator@1')`. With its result type,
 * `remote('indicator@1', double('MB/s'))`, the hub refuses a registration that expects another. `windlass generate` writes these.
 */
export function remote<T>(ref: string, result?: ResultType<T>): AlgorithmRef<T> {
  const [name, version, ...rest] = ref.split('@');
  if (!name || !version || rest.length > 0) throw new RangeError(`'${ref}' is not of the form name@version`);
  return { name, version, ...(result && { result }) };
}

export const isDependency = (need: Need): need is Dependency<any> => 'relation' in need;
export const asDependency = (need: Need): Dependency<any> => (isDependency(need) ? need : same(need));
export const refOf = ({ name, version }: AlgorithmRef): string => `${name}@${version}`;

/** The values alone, in order: `values(inputs.recent)`. */
export const values = <T>(inputs: readonly Input<T>[]): T[] => inputs.map((input) => input.value);
