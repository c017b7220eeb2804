import {
  aligned,
  type Changes,
  type Context,
  DispatchQueue,
  type DoneWindow,
  type ExecutionLimits,
  type HeldDepth,
  isHoldQueue,
  type KeyInput,
  KeyState,
  type Pick,
  type Plans,
  type QueueDepth,
  type Replays,
  step,
  type Step,
  UnderWay,
  type WindowState,
} from '@windlass/execution';
import type { InboundRecord, RejectedRecord, StageTransaction, TimerChange } from '@windlass/messaging';
import { KeyCache } from './key-cache.ts';
import type { Backlog, KeyPlace, WindowStore, WindowWrite } from './ports.ts';

/** One input with the key it is about, and the record it came from. */
export interface PlacedInput extends KeyPlace {
  readonly input: KeyInput;
  readonly record?: InboundRecord;
}

/** Steps in the order in which they were taken, with what caused each. */
export interface TakenStep extends KeyPlace {
  readonly step: Step;
  readonly record?: InboundRecord;
}

export interface BatchResult {
  readonly steps: readonly TakenStep[];
  readonly timers: readonly TimerChange[];
  readonly writes: readonly WindowWrite[];
  readonly rejected: readonly RejectedRecord[];
}

export interface PartitionRouterOptions {
  readonly store: WindowStore;
  readonly plans: Plans;
  readonly limits: ExecutionLimits;
  readonly newTaskId: () => string;
  readonly slotOf: (key: string) => number;
  /** Of the partition. */
  readonly slots: readonly number[];
  readonly cacheBytes: () => number;
  /** Of the hub. */
  readonly partitions: number;
  /** Whether a queue is held now, by a processor's name or a hold's queue. */
  readonly isHeld: (queue: string) => boolean;
  readonly partition: number;
  /** Of all partitions that the router holds. */
  readonly replays: Replays;
  readonly holdsAny: () => boolean;
  /** Whether an algorithm or a window type is held: only then is counted what is under way of each. */
  readonly holdsRuns: () => boolean;
}

/** Tasks that one batch takes out of the queues: bounds its time and its memory. */
const MAX_DISPATCHES = 2_000;

/** The router of one partition while it is held: the states of its keys, its queues and their credit. */
export class PartitionRouter {
  readonly queue: DispatchQueue;
  private readonly cache: KeyCache;
  private underWay: UnderWay | undefined;

  constructor(private readonly options: PartitionRouterOptions) {
    this.queue = new DispatchQueue(options);
    this.cache = new KeyCache(options.cacheBytes);
  }

  restore(backlog: readonly Backlog[]): void {
    for (const entry of backlog) this.queue.restore(entry);
  }

  depths(): QueueDepth[] {
    return this.queue.depths();
  }

  heldDepths(): HeldDepth[] {
    return this.queue.heldDepths();
  }

  /**
   * Tasks under way by a processor's name or a hold's queue. Null: nobody has counted them, because a batch has yet to come since an
   * algorithm or window type is held, or none is.
   */
  inFlight(queue: string): number | null {
    if (isHoldQueue(queue)) return this.underWay?.of(queue) ?? null;
    return this.queue.inFlight(queue);
  }

  /** Takes the inputs in order, then dispatches from the queues what there is credit for. Changes the cache before the commit. */
  async handle(inputs: readonly PlacedInput[], nowUs: number, tx: StageTransaction): Promise<BatchResult> {
    const batch = new Batch();
    await this.countUnderWay(tx);
    await this.load(tx, inputs, nowUs);
    for (const placed of inputs)
      this.take(
        batch,
        placed,
        this.context(nowUs, (task) => this.queue.admit(task)),
      );
    for (let left = MAX_DISPATCHES; left > 0;) {
      const picks = this.queue.next(left);
      if (picks.length === 0) break;
      left -= picks.length;
      const places = picks.map(({ key }) => ({ slot: this.options.slotOf(key), key }));
      await this.load(tx, places, nowUs);
      picks.forEach((pick, i) => this.dispatch(batch, { ...places[i]!, pick, nowUs }));
    }
    this.cache.trim();
    return batch;
  }

  private take(batch: Batch, { slot, key, input, record }: PlacedInput, context: Context): void {
    const state = this.cache.get(key)!;
    const taken = step(state, input, context);
    batch.add(state, { slot, key, step: taken, ...(record && { record }) });
    this.fold(state, taken, context.nowUs);
  }

  private dispatch(batch: Batch, { slot, key, pick, nowUs }: KeyPlace & { pick: Pick; nowUs: number }): void {
    const state = this.cache.get(key)!;
    const { queue, lane, windowType } = pick;
    const admit: Context['admit'] = (task) => {
      if (task.processor !== queue) return this.queue.admit(task);
      this.queue.take(task);
      return true;
    };
    const context = this.context(nowUs, admit, queue);
    const taken = step(state, { kind: 'dispatch', queue, lane, windowType }, context);
    batch.add(state, { slot, key, step: taken });
    // The pick itself has left the queue already.
    const own = taken.queue.findIndex((change) => change.kind === 'unqueued' && change.queue === queue);
    this.fold(state, { ...taken, queue: taken.queue.filter((_, i) => i !== own) }, nowUs);
  }

  private fold(state: KeyState, taken: Step, nowUs: number): void {
    this.underWay?.follow(state, taken.changes);
    state.apply(taken);
    this.cache.changed(state);
    for (const change of taken.queue) this.queue.apply(state.key, change);
    if (taken.answered) this.queue.answered(taken.answered, nowUs);
  }

  /** `picked`: the queue that something has just left, in which it need not wait again. */
  private context(nowUs: number, admit: Context['admit'], picked?: string): Context {
    const { plans, newTaskId, limits } = this.options;
    const heldBy: Context['heldBy'] = ({ algorithm, windowType }) => {
      if (!this.options.holdsAny() && !this.queue.keepsAnything) return null;
      const holds = [`windowType:${windowType}`, `algorithm:${algorithm}`] as const;
      return holds.find((hold) => hold !== picked && this.queue.keepsBack(hold)) ?? null;
    };
    return { nowUs, plans, newTaskId, limits, admit, heldBy };
  }

  private async countUnderWay(tx: StageTransaction): Promise<void> {
    const { store, slots, holdsRuns } = this.options;
    if (!holdsRuns()) this.underWay = undefined;
    else if (!this.underWay) {
      const counted = new UnderWay();
      for (const window of await store.underWay(tx, slots)) counted.add(window);
      this.underWay = counted;
    }
  }

  private async load(tx: StageTransaction, places: readonly KeyPlace[], nowUs: number): Promise<void> {
    const missing = new Map(places.filter(({ key }) => !this.cache.has(key)).map(({ slot, key }) => [key, slot]));
    if (missing.size === 0) return;
    const stored = await this.options.store.load(
      tx,
      [...missing].map(([key, slot]) => ({ slot, key })),
    );
    for (const key of missing.keys()) {
      const state = new KeyState(key);
      const windows = stored.get(key);
      if (windows) state.restore(this.inPlanOrder(windows), nowUs + this.options.limits.retentionUs);
      this.cache.add(state);
    }
  }

  private inPlanOrder(windows: Changes): Changes {
    const { plans } = this.options;
    return new Map(
      [...windows].map(([window, w]): [string, WindowState | DoneWindow | null] => {
        if (w?.kind !== 'open') return [window, w];
        const plan = plans.of(w.pane.dagRevision, w.pane.windowType);
        return [window, { ...w, executions: aligned(w.executions, plan) }];
      }),
    );
  }
}

/** What the steps of one batch add up to: of each window the last state, of each key the last timer. */
class Batch implements BatchResult {
  readonly steps: TakenStep[] = [];
  readonly rejected: RejectedRecord[] = [];
  private readonly changed = new Map<string, Map<string, WindowWrite>>();
  private readonly due = new Map<string, TimerChange>();

  get writes(): WindowWrite[] {
    return [...this.changed.values()].flatMap((windows) => [...windows.values()]);
  }
  get timers(): TimerChange[] {
    return [...this.due.values()];
  }

  /** Called before the step is folded into the state: what the state holds then is what is stored. */
  add(state: KeyState, taken: TakenStep): void {
    const { slot, key, step } = taken;
    this.steps.push(taken);
    if (step.timer) this.due.set(key, { slot, key, dueUs: step.timer.dueUs });
    if (step.changes.size === 0) return;
    let windows = this.changed.get(key);
    if (!windows) this.changed.set(key, (windows = new Map()));
    for (const [window, next] of step.changes) {
      const known = windows.get(window);
      const stored = known ? known.stored : (state.window(window) ?? state.done(window));
      windows.set(window, { slot, key, window, stored, next });
    }
  }
}
