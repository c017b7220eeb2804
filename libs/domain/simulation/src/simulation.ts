import {
  didYouMean,
  liveRevision,
  refOf,
  sourceDescriber,
  sourceOf,
  type EpochUs,
  type Ref,
  type RegistryView,
  type Source,
} from '@windlass/dag';
import {
  clockSignal,
  compilePlans,
  emptyStoredSource,
  GLOBAL_KEY,
  sentEmission,
  lifeOf,
  stepStored,
  type Input,
  type Rejection,
  type SourcePlan,
  type Step,
  type StoredSource,
} from '@windlass/windowing';
import { ElementIds } from './element-ids.ts';
import { FiredWindows } from './fired-windows.ts';
import { SeenSignals } from './seen-signals.ts';
import { SimulationError, type Dropped, type SimulationEvent, type SimulationStep } from './step.ts';
import { timeText } from './time-text.ts';

export interface SimulationOptions {
  readonly view: RegistryView;
  /** Processing time before the first step. */
  readonly nowUs: EpochUs;
  /** Panes come with the ids of their elements. */
  readonly elementIds?: boolean;
}

/** One input of one source, on its way to it. */
interface Delivery {
  readonly key: string;
  readonly input: Input;
  /** The step that it is; null: the hub has made it. */
  readonly step: number | null;
}

/**
 * The trigger of a hub on virtual time: what steps do to the windows of all sources, in memory. What a source's step sends to
 * signals and emissions arrives at once, before the next step. The same steps give the same events.
 */
export class Simulation {
  private readonly view: RegistryView;
  private readonly compiled: (source: Source) => SourcePlan;
  private readonly algorithms: ReadonlySet<Ref>;
  private readonly sources = new Map<string, StoredSource>();
  private readonly fired = new FiredWindows();
  private readonly seen = new SeenSignals();
  private readonly elements: ElementIds | null;
  private events: SimulationEvent[] = [];
  private nowUs: EpochUs;
  private steps = 0;

  constructor({ view, nowUs, elementIds = false }: SimulationOptions) {
    this.view = view;
    this.nowUs = nowUs;
    this.compiled = compilePlans(view);
    const { algorithms, expected = [] } = liveRevision(view);
    this.algorithms = new Set([...algorithms.map(refOf), ...expected.map(({ algorithm }) => algorithm)]);
    this.elements = elementIds ? new ElementIds() : null;
    if (this.planOf(GLOBAL_KEY).types.length > 0)
      this.deliver({ key: GLOBAL_KEY, input: { kind: 'signal', signal: clockSignal(nowUs) }, step: null });
  }

  /** @throws {SimulationError} when the step cannot be taken; then nothing has changed. */
  take(step: SimulationStep): SimulationEvent[] {
    const index = this.steps;
    switch (step.kind) {
      case 'signal':
        this.deliver({ key: step.source, input: { kind: 'signal', signal: step.signal }, step: index });
        break;
      case 'emission':
        this.deliver({
          key: step.emission.key,
          input: { kind: 'emission', emission: step.emission },
          step: index,
        });
        break;
      case 'outcome': {
        this.checkAlgorithm(step.outcome.algorithm);
        const outcome = this.fired.outcomeOf(step.outcome);
        this.deliver({ key: outcome.key, input: { kind: 'outcome', outcome }, step: index });
        break;
      }
      case 'clock':
        this.advance(step.timeUs);
        break;
      default:
        return step satisfies never;
    }
    this.steps += 1;
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Processing time goes on; timers fire at the time they are due, in that order, then by source. */
  private advance(timeUs: EpochUs): void {
    if (timeUs < this.nowUs)
      throw new SimulationError(
        'CLOCK_GOES_BACK',
        `processing time is ${timeText(this.nowUs)} already and does not go back to ${timeText(timeUs)}`,
      );
    /** A timer that is due again at the instant at which it has just fired waits for the next. */
    const firedUs = new Map<string, EpochUs>();
    for (;;) {
      const due = this.nextTimer(timeUs, firedUs);
      if (!due) break;
      this.nowUs = Math.max(this.nowUs, due.dueUs);
      firedUs.set(due.key, due.dueUs);
      this.deliver({ key: due.key, input: { kind: 'timer' }, step: null });
    }
    this.nowUs = timeUs;
  }

  private nextTimer(
    untilUs: EpochUs,
    firedUs: ReadonlyMap<string, EpochUs>,
  ): { readonly key: string; readonly dueUs: EpochUs } | null {
    let next: { readonly key: string; readonly dueUs: EpochUs } | null = null;
    for (const [key, { state }] of this.sources) {
      const dueUs = state.timerUs;
      if (dueUs === null || dueUs > untilUs || dueUs <= (firedUs.get(key) ?? -Infinity)) continue;
      if (!next || dueUs < next.dueUs || (dueUs === next.dueUs && key < next.key)) next = { key, dueUs };
    }
    return next;
  }

  private deliver(first: Delivery): void {
    const queue = [first];
    for (let delivery = queue.shift(); delivery; delivery = queue.shift()) {
      const { key, input } = delivery;
      const plan = this.planOf(key);
      if (input.kind === 'report') this.elements?.noteReport(input.report, this.planOf(input.report.source));
      const { step, source } = stepStored(this.sources.get(key) ?? emptyStoredSource, {
        key,
        plan,
        life: lifeOf(sourceOf(this.view, key)),
        nowUs: this.nowUs,
        sourceAt: sourceDescriber(this.view, key),
        inputs: [input],
      });
      this.sources.set(key, source);
      if (input.kind === 'signal') {
        this.seen.note(key, input.signal, delivery.step);
        this.elements?.note(key, input.signal, step);
      }
      this.tell(step, plan);
      this.events.push(...this.droppedOf(delivery, step));
      for (const one of step.skipped) this.events.push({ kind: 'skipped', source: key, ...one });
      for (const signal of step.signals) queue.push({ key, input: { kind: 'signal', signal }, step: null });
      for (const report of step.reports)
        queue.push({ key: report.group, input: { kind: 'report', report }, step: null });
      for (const request of step.emissions)
        queue.push({
          key: request.key,
          input: { kind: 'emission', emission: sentEmission(key, request) },
          step: delivery.step,
        });
    }
  }

  private tell({ records }: Step, plan: SourcePlan): void {
    for (const record of records) {
      this.fired.note(record);
      const elementIds = this.elements && record.kind === 'pane' ? this.elements.of(record, plan) : null;
      this.events.push({ kind: 'record', record, elementIds });
    }
  }

  /** Once for each code, whatever number of window types says so. */
  private droppedOf(delivery: Delivery, { rejections, counts }: Step): Dropped[] {
    const told = new Map(rejections.map((one) => [`${one.input} ${one.signal?.id} ${one.to} ${one.code}`, one]));
    const dropped = [...told.values()].flatMap((rejection) => [
      ...(rejection.code === 'LATE_WITHIN' && rejection.elements ? [] : [rejected(delivery, rejection)]),
      ...(rejection.elements ?? []).map((element) => ({
        ...rejected(delivery, { ...rejection, code: 'LATE_WITHIN' }),
        ...this.seen.of(delivery.key, element),
      })),
    ]);
    if (counts.duplicates > 0) dropped.push(ignored(delivery, 'DUPLICATE', 'It was here before: it changes nothing.'));
    if (counts.unread > 0)
      dropped.push(ignored(delivery, 'UNREAD', 'No window type of this source reads this signal.'));
    return dropped;
  }

  private planOf(key: string): SourcePlan {
    return this.compiled(sourceOf(this.view, key));
  }

  private checkAlgorithm(algorithm: Ref): void {
    if (this.algorithms.has(algorithm)) return;
    throw new SimulationError(
      'UNKNOWN_ALGORITHM',
      `no algorithm ${algorithm} is registered or expected.${didYouMean(algorithm, this.algorithms)} Name it under \`processors\` of the definitions, or correct it`,
    );
  }
}

const rejected = (delivery: Delivery, { input, signal, to, code, message }: Rejection): Dropped => ({
  ...what(input < 0 && signal ? { ...delivery, step: null, input: { kind: 'signal', signal } } : delivery),
  code,
  reason: message,
  to,
});

const ignored = (delivery: Delivery, code: string, reason: string): Dropped => ({
  ...what(delivery),
  code,
  reason,
  to: null,
});

function what({ key, step, input }: Delivery): Omit<Dropped, 'code' | 'reason' | 'to'> {
  return {
    kind: 'dropped',
    step,
    source: key,
    signal:
      input.kind === 'signal'
        ? { id: input.signal.id, name: input.signal.name, eventTimeUs: input.signal.eventTimeUs }
        : null,
    emission:
      input.kind === 'emission'
        ? { windowType: input.emission.windowType, startUs: input.emission.startUs, endUs: input.emission.endUs }
        : null,
  };
}
