import { liveRevision, revisionOf, sourceDescriber, sourceOf, type RegistryView } from '@windlass/dag';
import { Plans } from '@windlass/execution';
import { compilePlans, lifeOf, type StoredSource, type WindowRecord } from '@windlass/windowing';
import { routerCore, type RoutedKey, type ToldOutcome } from './router-core.ts';
import { spokeCore, type Work } from './spoke-core.ts';
import { SimulatedStage, type CrashPoint, type StageCore } from './stage.ts';
import { SimulatedTopics, type SimulatedMessage } from './topics.ts';
import { triggerCore } from './trigger-core.ts';

/** What one turn of a partition is like; turns repeat their list. */
export interface Turn {
  /** Records it takes at most. */
  readonly limit: number;
  readonly crash: CrashPoint | null;
}

/** Turns after which a world that is still busy is stuck. */
const MAX_TURNS = 20_000;

/** The hub on virtual time: topics, and on each partition the stages of trigger, router and processors, which meet on them. */
export class SimulatedWorld {
  readonly topics: SimulatedTopics;
  /** Of the trigger. */
  readonly stages: readonly SimulatedStage<StoredSource>[];
  readonly routers: readonly SimulatedStage<RoutedKey>[];
  private readonly spokes: readonly SimulatedStage<null>[];
  private readonly turns: readonly Turn[];
  private turn = 0;
  private nowUs: number;

  constructor(
    view: RegistryView,
    options: { readonly partitions: number; readonly turns: readonly Turn[]; nowUs: number; readonly work?: Work },
  ) {
    this.topics = new SimulatedTopics(options.partitions);
    this.turns = options.turns;
    this.nowUs = options.nowUs;
    const planOf = compilePlans(view);
    const core = triggerCore({
      planOf: (source) => planOf(sourceOf(view, source)),
      lifeOf: (source) => lifeOf(sourceOf(view, source)),
      describerOf: (source) => sourceDescriber(view, source),
    });
    const live = liveRevision(view);
    const plans = new Plans({ revisionOf: (number) => revisionOf(view, number), live: () => live });
    this.stages = this.onEachPartition(core);
    const hasWork = live.algorithms.length > 0;
    let tasks = 0;
    this.routers = hasWork ? this.onEachPartition(routerCore(plans, () => `task-${tasks++}`)) : [];
    this.spokes = hasWork ? this.onEachPartition(spokeCore(live, options.work)) : [];
  }

  private onEachPartition<State>(core: StageCore<State>): SimulatedStage<State>[] {
    return Array.from(
      { length: this.topics.partitions },
      (_, partition) => new SimulatedStage(core, this.topics, partition),
    );
  }

  /** Appends messages, some of them with a turn of every partition in between. */
  send(messages: readonly SimulatedMessage[], { every }: { every: number }): this {
    messages.forEach((message, i) => {
      this.topics.append(message);
      if (i % every === every - 1) this.turnAll();
    });
    return this;
  }

  /** Turns until nothing is left to do at this time. */
  settle(): this {
    for (let quiet = 0; quiet < 2;) quiet = this.turnAll() ? 0 : quiet + 1;
    return this;
  }

  /** Processing time goes on in steps, each until nothing is left to do. */
  wait(seconds: number, stepSeconds = seconds): this {
    for (let left = seconds; left > 0; left -= stepSeconds) {
      this.nowUs += Math.min(stepSeconds, left) * 1_000_000;
      this.settle();
    }
    return this;
  }

  get crashes(): number {
    return this.all.reduce((sum, { crashes }) => sum + crashes, 0);
  }

  /** What a reader of the panes topic keeps: of each window the records by version, whatever was published twice. */
  windowRecords(): Map<string, WindowRecord[]> {
    const byWindow = new Map<string, WindowRecord[]>();
    for (const record of this.published()) {
      const known = byWindow.get(record.windowId) ?? [];
      byWindow.set(record.windowId, known);
      known[record.version - 1] = record;
    }
    return byWindow;
  }

  /** All of the panes topic about windows, in the order in which it was published. */
  published(): WindowRecord[] {
    return this.topics
      .all('panes')
      .map(({ value }) => value as WindowRecord | { readonly kind: 'memberClosed' })
      .filter((record) => record.kind !== 'memberClosed');
  }

  /** What became known, in the order in which it was told, of each window. */
  outcomes(): ToldOutcome[] {
    return this.topics.all('outcomes').map(({ value }) => value as ToldOutcome);
  }

  private get all(): readonly SimulatedStage<unknown>[] {
    return [...this.stages, ...this.routers, ...this.spokes] as readonly SimulatedStage<unknown>[];
  }

  private turnAll(): boolean {
    let busy = false;
    for (const stage of this.all) {
      const { limit, crash } = this.turns[this.turn++ % this.turns.length]!;
      busy = stage.run({ nowUs: this.nowUs, limit, crash }) || busy;
    }
    if (this.turn > MAX_TURNS) throw new Error(`the world is busy after ${MAX_TURNS} turns`);
    return busy;
  }
}
