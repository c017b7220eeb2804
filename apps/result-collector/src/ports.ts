import type { Lane, Outcome, OutcomeEvent, OutcomeState } from '@windlass/contracts';
import type { StageTransaction } from '@windlass/messaging';
import type { Facts, PaneFact, WindowStatus } from './facts.ts';

/** Where facts are kept. Writing the same facts again changes nothing; of a window the highest version wins. */
export interface FactStore {
  write(tx: StageTransaction, facts: Facts): Promise<void>;
}

/** `asOfUs`: only what was known at this time, in processing time; undefined: what is known now. */
export interface AsOf {
  readonly asOfUs?: number | undefined;
}

/** Which results are meant. */
export interface ResultFilter extends AsOf {
  readonly source?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly windowType?: string | undefined;
  /** Of the window's start, inclusive. */
  readonly fromUs?: number | undefined;
  /** Of the window's start, exclusive. */
  readonly toUs?: number | undefined;
  readonly state?: OutcomeState | undefined;
  /** `latest`: the newest run of the highest generation; never what was only tried. */
  readonly revisions: 'latest' | 'all';
  /** Whether it holds: `withdrawn` is also what is of a window that was withdrawn. */
  readonly standing: 'current' | 'withdrawn' | 'all';
}

export interface ResultQuery extends ResultFilter {
  /** At most so many; fewer when they are large. */
  readonly limit: number;
  /** Only what comes after. */
  readonly after?: ResultPosition | undefined;
}

/** Results are in order of window start, then execution id. */
export interface ResultPosition {
  readonly startUs: number;
  readonly executionId: string;
}

export interface ResultPage {
  readonly results: readonly KnownOutcome[];
  /** Where the next page goes on; null: this was the last. */
  readonly next: ResultPosition | null;
}

type ToldByEvent = Omit<
  OutcomeEvent,
  'version' | 'parentWindowId' | 'metadata' | 'depth' | 'outcomes' | 'withdrawn' | 'openersComplete' | 'runComplete'
>;

export interface KnownOutcome extends ToldByEvent, Outcome {
  readonly withdrawn: { readonly reason: string; readonly knownAtUs: number } | null;
}

export interface KnownPane extends Omit<PaneFact, 'slot' | 'windowId' | 'generation' | 'version'> {}

export interface KnownGeneration {
  readonly generation: number;
  readonly lane: Lane | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly revision: number | null;
  readonly state: WindowStatus | null;
  readonly stateAtUs: number | null;
  readonly stateReason: string | null;
  readonly replacedBy: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly depth: number | null;
  readonly openedBy: Readonly<Record<string, unknown>> | null;
  readonly completeRevision: number | null;
  readonly panes: readonly KnownPane[];
  readonly outcomes: readonly KnownOutcome[];
}

export interface KnownWindow {
  readonly windowId: string;
  readonly windowType: string;
  readonly key: string;
  readonly parentWindowId: string | null;
  readonly generations: readonly KnownGeneration[];
}

export interface Summary {
  readonly algorithms: readonly {
    readonly algorithm: string;
    readonly state: OutcomeState;
    readonly count: number;
    readonly withdrawn: number;
  }[];
  readonly windows: readonly {
    readonly windowType: string;
    readonly state: WindowStatus | null;
    readonly count: number;
    readonly complete: number;
  }[];
}

/** Executions, and what they took. */
export interface Effort {
  readonly executions: number;
  /** Of those that were measured. */
  readonly cpuMs: number;
  /** Executions whose processor could not tell its CPU time. */
  readonly unmeasured: number;
}

/** The work of one algorithm. `again`: the part of it that was done because a pane or an input was revised. */
export interface AlgorithmWork extends Effort {
  readonly algorithm: string;
  readonly again: Effort;
}

export interface WorkQuery {
  readonly windowType: string;
  /** Of the time at which the outcome became known, inclusive. */
  readonly fromUs?: number | undefined;
  /** Of the same, exclusive. */
  readonly toUs?: number | undefined;
}

/** Which run of which window. */
export interface RunOfWindow {
  readonly windowId: string;
  readonly executionId: string;
}

/** What is known. */
export interface FactReader {
  /** Avro bytes of an accepted result, as they came, whether or not it still holds. Undefined: none is stored. */
  value(run: RunOfWindow): Promise<Buffer | undefined>;
  results(query: ResultQuery): Promise<ResultPage>;
  /** Undefined: nothing is known of it. */
  window(windowId: string, at?: AsOf): Promise<KnownWindow | undefined>;
  /** Live work on windows of one type, by algorithm. */
  work(query: WorkQuery): Promise<readonly AlgorithmWork[]>;
  /** Of windows that start in [fromUs, toUs); reads all of them. */
  summary(range: { readonly fromUs?: number | undefined; readonly toUs?: number | undefined }): Promise<Summary>;
}
