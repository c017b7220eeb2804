import { durationUs, type Duration } from './duration.ts';
import type { ResultType } from './result-type.ts';
import type { Metadata } from './window-type.ts';

/** Another algorithm as far as a dependant needs it: who it is and, through `T`, what it answers with. */
export interface AlgorithmRef<T = unknown> {
  readonly name: string;
  /** Exact, or a range. */
  readonly version: string;
  /** What is expected of its results: the hub checks it when the processor registers. */
  readonly reads?: ResultType<T>;
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
  /** Of the pane it is about, 0..1; null: unknown. */
  readonly completeness: number | null;
  readonly metadata: Metadata;
  /** Whose window it is: of `members`, which member's; null: the hub does not tell it. */
  readonly source: string | null;
}

export type Relation =
  | { readonly kind: 'same' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'children' }
  | { readonly kind: 'members' }
  | PreviousRelation;

export type PreviousRelation =
  | { readonly kind: 'previous'; readonly count: number; readonly gap?: number; readonly withinUs?: number }
  | { readonly kind: 'previous'; readonly durationUs: number; readonly gapUs?: number };

type Rule = 'wait' | 'runWithout' | 'skip' | 'fail';

/** What happens when the input is not there as wished; what is not given, the hub decides. */
export interface DependencyOptions {
  /** There is no such result, and none is to come; what is to come is waited for. Default: wait; for `previous`: runWithout. */
  readonly onMissing?: Rule;
  /** The upstream algorithm failed or was skipped. Default: skip; for `previous` and `children`: runWithout. */
  readonly onFailed?: Rule;
  /** A later revision of the input may still come. Default: accept. */
  readonly onProvisional?: 'accept' | Rule;
  /** 0..1, of the pane that the input is about; what is not known is below. */
  readonly minCompleteness?: number;
  /** The input is below `minCompleteness`. Default: wait. */
  readonly onIncomplete?: Rule;
  /** How long to wait, of processing time; null: as long as there is something to wait for. */
  readonly waitMs?: number | null;
  /** Then; `accept` takes the input as it is. Default: what `onMissing` says, and skip where that is wait. */
  readonly afterWait?: 'accept' | 'runWithout' | 'skip' | 'fail';
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
type Maybe<T, O> = O extends
  | { onMissing: 'runWithout' }
  | { onFailed: 'runWithout' }
  | { onProvisional: 'runWithout' }
  | { onIncomplete: 'runWithout' }
  | { afterWait: 'runWithout' | 'accept' }
  ? T | undefined
  : T;
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

/** Which windows before this one: by their number, or by how long before this one they begin. */
export type PreviousSpan =
  | number
  | Duration
  /** The last `count`, without the nearest `gap`, of those that begin within so long before this one. */
  | { readonly count: number; readonly gap?: number; readonly within?: Duration }
  /** Those that begin within `duration` before this one; with `gap`, that much earlier. */
  | { readonly duration: Duration; readonly gap?: Duration };

/** Its results on previous windows of the same key: `previous(a, 20)`, `previous(a, '1h')`, `previous(a, { count: 20, gap: 1 })`; oldest first, fewer at the beginning. */
export const previous = <T>(
  algorithm: AlgorithmRef<T>,
  span: PreviousSpan,
  options: Options = {},
): Dependency<readonly Input<T>[]> => ({ algorithm, relation: previousRelation(span), options });

function previousRelation(span: PreviousSpan): PreviousRelation {
  if (typeof span === 'number') return { kind: 'previous', count: span };
  if (typeof span === 'string') return { kind: 'previous', durationUs: durationUs(span) };
  if ('count' in span) {
    const { count, gap, within } = span;
    const reach = within === undefined ? {} : { withinUs: durationUs(within) };
    return { kind: 'previous', count, ...(gap !== undefined && { gap }), ...reach };
  }
  const { duration, gap } = span;
  return { kind: 'previous', durationUs: durationUs(duration), ...(gap !== undefined && { gapUs: durationUs(gap) }) };
}

/** On a group's window: its results over the windows of the group's sources inside it; ordered by start. */
export const members = <T>(algorithm: AlgorithmRef<T>, options: Options = {}): Dependency<readonly Input<T>[]> => ({
  algorithm,
  relation: { kind: 'members' },
  options,
});

/** Whether an algorithm may run although this input is not there. */
export const mayLack = ({ onMissing, onFailed, onProvisional, onIncomplete, afterWait }: DependencyOptions): boolean =>
  [onMissing, onFailed, onProvisional, onIncomplete, afterWait].includes('runWithout') || afterWait === 'accept';

/**
 * An algorithm of another processor (or this one's own earlier results): `remote<number>('indicator@1')`. With a range,
 * `remote<number>('indicator@^1.2')`, it is the highest version that fits when the processor is registered. With a type,
 * `remote('indicator@1', double('%'))`, the hub checks that its results can be read so.
 */
export function remote<T>(ref: string, reads?: ResultType<T>): AlgorithmRef<T> {
  const [name, version, ...rest] = ref.split('@');
  if (!name || !version || rest.length > 0)
    throw new RangeError(`'${ref}' is not of the form name@version or name@range`);
  return { name, version, ...(reads && { reads }) };
}

export const isDependency = (need: Need): need is Dependency<any> => 'relation' in need;
export const asDependency = (need: Need): Dependency<any> => (isDependency(need) ? need : same(need));
export const refOf = ({ name, version }: AlgorithmRef): string => `${name}@${version}`;

/** The values alone, in order: `values(inputs.recent)`. */
export const values = <T>(inputs: readonly Input<T>[]): T[] => inputs.map((input) => input.value);
