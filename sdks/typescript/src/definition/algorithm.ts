import { DefinitionError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AlgorithmRef, InputsOf, Needs } from './dependency.ts';
import type { ResultType } from './result-type.ts';
import type { Metadata, On, WindowType } from './window-type.ts';

/** A signal that the window kept. `eventTimeUs` is microseconds since the epoch, UTC. */
export interface Signal {
  readonly id: string;
  readonly name: string;
  readonly eventTimeUs: number;
  readonly phase: 'POINT' | 'START' | 'STOP' | 'WATERMARK';
  readonly values: Readonly<Record<string, number>>;
  readonly count: number;
  readonly correlation: string | null;
  readonly metadata: Metadata;
}

/** What the source registry says of a source at some time. */
export interface SourceAttributes {
  readonly kind: string;
  /** What it was part of: its parent first, then that one's. */
  readonly parents: readonly string[];
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** IANA time zone, for instance `Europe/Berlin`; null: not told. */
  readonly zone: string | null;
}

/** The firing of the window that the algorithm is run on. Half-open: startUs ≤ t < endUs. */
export interface Window<M extends Metadata = Metadata> {
  readonly windowId: string;
  /** `name@version`. */
  readonly windowType: string;
  /** The source (or group) it belongs to. */
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly generation: number;
  readonly revision: number;
  readonly timing: 'EARLY' | 'ON_TIME' | 'LATE';
  readonly isFinal: boolean;
  readonly elements: number;
  readonly added: number;
  /** 0..1; null: unknown. */
  readonly completeness: number | null;
  /** Longest stretch of the window without an element; null: unknown. */
  readonly gapUs: number | null;
  /** The watermark when it fired: `watermarkUs − endUs` is by how much the window was over; null: unknown. */
  readonly watermarkUs: number | null;
  readonly parentWindowId: string | null;
  readonly metadata: M;
  /** What the source was at the window's start; null: nobody has declared it, or the window is that of a group. */
  readonly source: SourceAttributes | null;
  readonly lane: 'LIVE' | 'REPLAY' | 'TRY';
}

/** A child window that the algorithm found. */
export interface ChildWindow<M extends Metadata = Metadata> {
  readonly windowType: string | WindowType<M>;
  readonly startUs: number;
  /** Greater than startUs. */
  readonly endUs: number;
  /** What it does not inherit from the window that it lies in. */
  readonly metadata?: Partial<M>;
  /** Default: the key of this window. */
  readonly key?: string;
  /** Tells apart two windows with one start. */
  readonly emissionKey?: string;
}

/** W3C trace context as it travels: what an OpenTelemetry propagator extracts from, and what goes on as headers. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

export interface Context<N extends Needs = Needs, M extends Metadata = Metadata> {
  readonly window: Window<M>;
  /** In order of event time; empty when the window type keeps none. */
  readonly signals: readonly Signal[];
  readonly inputs: InputsOf<N>;
  readonly executionId: string;
  /** From 1; grows with each retry. */
  readonly attempt: number;
  /** Opens a child window when the result is accepted; at most 1,000 a result. */
  emit<C extends Metadata = Metadata>(child: ChildWindow<C>): void;
  /** Tells the hub that long work is alive; sent at most once a second. */
  progress(): void;
  /** Aborted when the hub cancels the work. Long work should look at it, or pass it on. */
  readonly signal: AbortSignal;
  /** Of the pane that the task came from, for calls and spans of the algorithm's own; null: the task brings none. */
  readonly trace: TraceContext | null;
  readonly log: Logger;
}

export interface RetryPolicy {
  readonly attempts?: number;
  readonly backoffMs?: number;
  readonly backoffFactor?: number;
  readonly maxBackoffMs?: number;
  /** The part of each wait that is drawn, 0..1. Default 0.5. */
  readonly jitter?: number;
  /** Error classes or codes (`TIMEOUT`) that are never retried. */
  readonly nonRetryable?: readonly string[];
  /** The only ones that are. Default: all. */
  readonly retryable?: readonly string[];
}

export interface AlgorithmOptions<T, N extends Needs, M extends Metadata> {
  readonly name: string;
  readonly version: string;
  /** The windows it runs on. */
  readonly on: On<M>;
  readonly result: ResultType<T>;
  /** The results of other algorithms it needs; each arrives typed in `inputs`. */
  readonly needs?: N;
  /** Types of the child windows it may emit. */
  readonly emits?: readonly (string | WindowType<any>)[];
  /** Start-to-close limit of one attempt, milliseconds; work that exceeds it is ended. */
  readonly timeoutMs?: number;
  /** Limit of a run from its opening to its outcome, with waiting, queueing and all attempts; kept by the hub. Default: none. */
  readonly scheduleToCloseMs?: number;
  /** A newer pane cancels what runs on the one before, instead of waiting for it. Default false. */
  readonly preempt?: boolean;
  readonly retry?: RetryPolicy;
  /** A larger encoded result is refused; at most 4 MiB. */
  readonly maxResultBytes?: number;
}

export type Handler<T, N extends Needs, M extends Metadata> = (context: Context<N, M>) => T | Promise<T>;

/** A declared algorithm: what it is, what it needs, and the function that computes it. */
export interface Algorithm<T = unknown, N extends Needs = Needs, M extends Metadata = Metadata>
  extends AlgorithmRef<T>, AlgorithmOptions<T, N, M> {
  readonly kind: 'algorithm';
  readonly result: ResultType<T>;
  readonly run: Handler<T, N, M>;
}

/** Algorithms of any types, as a processor holds them. */
export type AnyAlgorithm = Algorithm<any, any, any>;

/**
 * Declares an algorithm. The handler may be plain or async, runs in a worker thread, and should depend on nothing but its
 * context: the same task may be run again after a crash, and its result must be the same.
 */
export function algorithm<T, const N extends Needs = Record<never, never>, M extends Metadata = Metadata>(
  options: AlgorithmOptions<T, N, M>,
  run: Handler<NoInfer<T>, N, M>,
): Algorithm<T, N, M> {
  if (options.result.optional) {
    throw new DefinitionError(
      `${options.name}@${options.version}: a result as a whole is never null; use optional(…) for a field of struct({…}), or nothing()`,
    );
  }
  return { kind: 'algorithm', ...options, run };
}

export const isAlgorithm = (value: unknown): value is AnyAlgorithm =>
  typeof value === 'object' && value !== null && (value as AnyAlgorithm).kind === 'algorithm';
