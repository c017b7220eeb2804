import {
  applyEntry,
  emptyRegistryView,
  type Algorithm,
  type AvailabilityPolicy,
  type Dependency,
  type PreviousRelation,
  type Opening,
  type Source,
  type WindowType,
} from '@windlass/dag';
import type { Sighting } from './dial/sighting.ts';
import type { Rejection, SkippedWindows } from './draft.ts';
import type { EmissionRequest, Input, Phase, Signal } from './input.ts';
import type { DropEntry, WindowEntry } from './journal.ts';
import { ALWAYS, type Life } from './life.ts';
import type { MemberReport } from './members.ts';
import type { Notice } from './notices.ts';
import { compilePlans, type SourcePlan } from './plan.ts';
import type { ChildrenClosed, Finalized, Pane, Withdrawn, WindowRecord } from './records.ts';
import { emptySource, type SourceState } from './state.ts';
import { withoutKept } from './step.ts';
import { stepStored, type StoredSource, type StoredStepParts } from './stored-source.ts';

/** Builders for specs, and a source that remembers what its steps said. */

export const SECOND = 1_000_000;

export const windowType = (name: string, open: Opening, rest: Partial<WindowType> = {}): WindowType => ({
  name,
  version: '1',
  owner: 'test',
  for: {},
  reads: ['sample'],
  open,
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
  ...rest,
});

export const fixed = (sizeUs: number, rest: Partial<Extract<Opening, { kind: 'fixed' }>> = {}): Opening => ({
  kind: 'fixed',
  sizeUs,
  offsetUs: 0,
  align: 'epoch',
  partial: 'keep',
  ...rest,
});

export const sliding = (
  sizeUs: number,
  slideUs: number,
  rest: Partial<Extract<Opening, { kind: 'sliding' }>> = {},
): Opening => ({ kind: 'sliding', sizeUs, slideUs, offsetUs: 0, align: 'epoch', partial: 'keep', ...rest });

export const session = (gapUs: number): Opening => ({ kind: 'session', gapUs });

export const point = (beforeUs: number, afterUs: number): Opening => ({
  kind: 'point',
  signal: 'alarm',
  beforeUs,
  afterUs,
});

export const condition = (rest: Partial<Extract<Opening, { kind: 'condition' }>> = {}): Opening => ({
  kind: 'condition',
  signal: 'sample',
  from: 'values.v > 1.0',
  to: null,
  minDurationUs: 0,
  minBreakUs: 0,
  maxDurationUs: 1_000 * SECOND,
  maxGapUs: null,
  ...rest,
});

export const state = (rest: Partial<Extract<Opening, { kind: 'state' }>> = {}): Opening => ({
  kind: 'state',
  signal: 'sample',
  of: 'values.v',
  as: null,
  minDurationUs: 0,
  maxDurationUs: 1_000 * SECOND,
  maxGapUs: null,
  ...rest,
});

export const count = (size: number, maxDurationUs = 1_000 * SECOND): Opening => ({
  kind: 'count',
  size,
  maxDurationUs,
});

export const startStop = (rest: Partial<Extract<Opening, { kind: 'startStop' }>> = {}): Opening => ({
  kind: 'startStop',
  signal: 'life',
  onSecondStart: 'ignore',
  maxDurationUs: 1_000 * SECOND,
  ...rest,
});

export const policy = (windowTypeRef: string, rest: Partial<AvailabilityPolicy> = {}): AvailabilityPolicy => ({
  windowType: windowTypeRef,
  number: 1,
  outOfOrdernessUs: 0,
  idleTimeoutMs: null,
  onIdle: 'hold',
  maxIdleMs: 1_000,
  early: null,
  allowedLatenessUs: 0,
  coalesceLateMs: 0,
  maxAheadUs: null,
  dedupeHorizonUs: 3_600 * SECOND,
  ...rest,
});

export const algorithm = (name: string, on: string, rest: Partial<Algorithm> = {}): Algorithm => ({
  name,
  version: '1',
  owner: 'test',
  processor: 'p',
  bindings: [{ windowType: on, on: ['ON_TIME', 'LATE'] }],
  dependencies: [],
  result: { type: 'double' },
  emits: [],
  timeoutMs: 1_000,
  retry: { attempts: 1, backoffMs: 0, backoffFactor: 1, maxBackoffMs: 0, nonRetryable: [] },
  maxResultBytes: 1_000,
  ...rest,
});

export const previous = (span: number | Omit<PreviousRelation, 'kind'>): Dependency => ({
  algorithm: 'other@1',
  relation: { kind: 'previous', ...(typeof span === 'number' ? { count: span } : span) } as PreviousRelation,
  onMissing: 'runWithout',
  onFailed: 'skip',
  onProvisional: 'accept',
  waitMs: null,
  onRevision: 'rerun',
});

export interface Definitions {
  readonly types: readonly WindowType[];
  readonly policies?: readonly AvailabilityPolicy[];
  readonly algorithms?: readonly Algorithm[];
  /** Declared ones. */
  readonly sources?: readonly Source[];
}

export function planOf(
  { types, policies = [], algorithms = [], sources = [] }: Definitions,
  name = 'unit-1',
  source: Partial<Source> = {},
): SourcePlan {
  const revision = { number: 7, windowTypes: types, processors: [], algorithms };
  const given = types.map(
    ({ name: type }) => policies.find((p) => p.windowType === `${type}@1`) ?? policy(`${type}@1`),
  );
  const view = [
    { kind: 'REVISION' as const, name: '7', number: 7, body: JSON.stringify(revision) },
    ...given.map((one) => ({ kind: 'POLICY' as const, name: one.windowType, number: 1, body: JSON.stringify(one) })),
    ...sources.map((one) => ({ kind: 'SOURCE' as const, name: one.name, number: 1, body: JSON.stringify(one) })),
  ].reduce(applyEntry, emptyRegistryView);
  return compilePlans(view)({ name, kind: 'unknown', groups: [], labels: {}, ...source });
}

let serial = 0;

export function signal(name: string, seconds: number, rest: Partial<Signal> = {}): Input {
  const eventTimeUs = Math.round(seconds * SECOND);
  return {
    kind: 'signal',
    signal: {
      id: `${name}-${eventTimeUs}-${rest.phase ?? 'POINT'}-${serial++}`,
      name,
      eventTimeUs,
      phase: 'POINT',
      values: {},
      count: 1,
      correlation: null,
      metadata: {},
      cause: null,
      ...rest,
    },
  };
}

export const sample = (seconds: number, rest: Partial<Signal> = {}): Input => signal('sample', seconds, rest);
export const phased = (phase: Phase, seconds: number, rest: Partial<Signal> = {}): Input =>
  signal('life', seconds, { phase, ...rest });
export const start = (seconds: number, rest: Partial<Signal> = {}): Input => phased('START', seconds, rest);
export const stop = (seconds: number, rest: Partial<Signal> = {}): Input => phased('STOP', seconds, rest);
export const watermark = (seconds: number, rest: Partial<Signal> = {}): Input => phased('WATERMARK', seconds, rest);

/** One source of the service, without the service: state between steps, and tables for what is stored apart. */
export class Trigger {
  state: SourceState = emptySource;
  readonly records: WindowRecord[] = [];
  readonly rejections: Rejection[] = [];
  readonly skipped: SkippedWindows[] = [];
  readonly signals: Signal[] = [];
  readonly emissions: EmissionRequest[] = [];
  readonly notices: Notice[] = [];
  readonly reports: MemberReport[] = [];
  readonly sightings: Sighting[] = [];
  /** Elements that might come again and are not remembered. */
  forgotten = 0;
  stored: StoredSource['kept'] = [];
  past: StoredSource['past'] = new Map();
  sealed: StoredSource['sealed'] = new Map();
  nowUs = 1_000_000 * SECOND;
  backlog = false;
  silenceFromUs = 0;
  sourceAt: StoredStepParts['sourceAt'] = undefined;
  /** How long kept signals stay stored for people. */
  keptRetentionUs = 0;
  readonly journal: { readonly windows: WindowEntry[]; readonly drops: DropEntry[] } = { windows: [], drops: [] };

  plan: SourcePlan;

  readonly key: string;
  life: Life;

  constructor(plan: SourcePlan, key = 'unit-1', life = ALWAYS) {
    this.plan = plan;
    this.key = key;
    this.life = life;
  }

  /** Applies the inputs as one batch. */
  take(...inputs: readonly Input[]): this {
    const { step, source } = stepStored(
      { state: this.state, kept: this.stored, past: this.past, sealed: this.sealed },
      {
        key: this.key,
        plan: this.plan,
        nowUs: this.nowUs,
        backlog: this.backlog,
        silenceFromUs: this.silenceFromUs,
        life: this.life,
        sourceAt: this.sourceAt,
        inputs,
        keptRetentionUs: this.keptRetentionUs,
        journaling: true,
      },
    );
    this.state = source.state;
    this.stored = source.kept;
    this.past = source.past;
    this.sealed = source.sealed;
    this.records.push(...step.records);
    this.rejections.push(...step.rejections);
    this.skipped.push(...step.skipped);
    this.signals.push(...step.signals);
    this.emissions.push(...step.emissions);
    this.notices.push(...step.notices);
    this.reports.push(...step.reports);
    this.journal.windows.push(...step.journal.windows);
    this.journal.drops.push(...step.journal.drops);
    this.sightings.push(...step.sightings);
    this.forgotten += step.counts.forgotten;
    return this;
  }

  /** Each input in a batch of its own. */
  takeEach(inputs: readonly Input[]): this {
    for (const input of inputs) this.take(input);
    return this;
  }

  /** As after a restart: what is stored apart is not in memory. */
  restart(): this {
    this.state = withoutKept(this.state);
    return this;
  }

  /** Processing time goes on; the timer fires if it is due. */
  wait(seconds: number): this {
    this.nowUs += seconds * SECOND;
    if (this.state.timerUs !== null && this.state.timerUs <= this.nowUs) this.take({ kind: 'timer' });
    return this;
  }

  /** Processing time goes on to this; timers fire when they are due, and what is asked for comes back at once. */
  until(seconds: number): this {
    const untilUs = seconds * SECOND;
    for (let dueUs = this.state.timerUs; dueUs !== null && dueUs <= untilUs; dueUs = this.state.timerUs) {
      this.nowUs = Math.max(this.nowUs, dueUs);
      const asked = this.signals.length;
      this.take({ kind: 'timer' });
      for (const one of this.signals.slice(asked)) this.take({ kind: 'signal', signal: one });
    }
    this.nowUs = untilUs;
    return this;
  }

  panes(type?: string): Pane[] {
    return this.records.flatMap((r) => (r.kind === 'pane' && (!type || r.windowType === `${type}@1`) ? [r] : []));
  }

  withdrawn(type?: string): Withdrawn[] {
    return this.records.flatMap((r) => (r.kind === 'withdrawn' && (!type || r.windowType === `${type}@1`) ? [r] : []));
  }

  finalized(): Finalized[] {
    return this.records.flatMap((r) => (r.kind === 'finalized' ? [r] : []));
  }

  closed(): ChildrenClosed[] {
    return this.records.flatMap((r) => (r.kind === 'childrenClosed' ? [r] : []));
  }

  /** The last pane of each window that holds, by id. */
  finalPanes(): Map<string, Pane> {
    const last = new Map<string, Pane>();
    for (const record of this.records) {
      if (record.kind === 'pane') last.set(record.windowId, record);
      if (record.kind === 'withdrawn') last.delete(record.windowId);
    }
    return last;
  }
}

/** What all orders of the same inputs must agree on. */
export const contentOf = (trigger: Trigger) =>
  [...trigger.finalPanes().values()]
    .map((pane) => {
      const {
        windowId,
        windowType,
        startUs,
        endUs,
        elements,
        signals,
        metadata,
        previous: before,
        parentWindowId,
      } = pane;
      return { windowId, windowType, startUs, endUs, elements, signals, metadata, previous: before, parentWindowId };
    })
    .sort((a, b) => (a.windowId < b.windowId ? -1 : 1));

/** `[start, end) elements timing` of a pane, in seconds: short to read and to compare. */
export const brief = ({ startUs, endUs, elements, timing, revision, isFinal }: Pane): string =>
  `[${startUs / SECOND}, ${endUs / SECOND}) ${elements} ${timing} r${revision}${isFinal ? ' final' : ''}`;
