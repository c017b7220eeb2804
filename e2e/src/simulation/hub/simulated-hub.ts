import { liveRevision, revisionOf, sourceDescriber, sourceOf, type RegistryView } from '@windlass/dag';
import { Plans } from '@windlass/execution';
import { HubTopicMap } from '@windlass/messaging';
import { compilePlans, lifeOf, type StoredSource } from '@windlass/windowing';
import { routerCore, type RoutedKey } from '../router-core.ts';
import type { StageCore } from '../stage.ts';
import type { SimulatedMessage } from '../topics.ts';
import { triggerCore } from '../trigger-core.ts';
import { v8Bytes } from './codec.ts';
import { collectorCore, type Known } from './collector-core.ts';
import { CoreHandler, topicName } from './core-handler.ts';
import { PROCESSORS, VIEWS } from './dag.ts';
import { FaultPlan, type Fault } from './faults.ts';
import { SimulatedKafka } from './kafka.ts';
import { SimulatedProcess } from './process.ts';
import { Random } from './random.ts';
import { SpokeGroup } from './spoke-group.ts';
import { SimulatedDatabase } from './store.ts';
import { VirtualTime, type Chance, type Owner } from './virtual-time.ts';

const PARTITIONS = 2;
const NOW_US = 1_000_000_000_000;
/** So long a process that is cut off goes on later, at most. */
const CUT_OFF_US = 20_000_000;

interface Service {
  readonly stage: string;
  readonly core: (view: RegistryView) => StageCore<never>;
  readonly database: SimulatedDatabase<unknown>;
  /** By partition: which of its processes has it. */
  readonly owners: SimulatedProcess[];
  readonly processes: SimulatedProcess[];
}

const toBytes = (message: SimulatedMessage) => ({
  key: Buffer.from(message.key),
  value: v8Bytes(message.value),
  headers: {},
});

/** Trigger, router, result-collector and processors, each service in two processes, on a Kafka and on databases that the seed lets fail. */
export class SimulatedHub {
  readonly time: VirtualTime;
  readonly kafka: SimulatedKafka;
  readonly topics = new HubTopicMap({ prefix: 'hub', partitions: PARTITIONS, teams: ['default'] });
  readonly trigger = new SimulatedDatabase<StoredSource>();
  readonly router = new SimulatedDatabase<RoutedKey>();
  readonly collector = new SimulatedDatabase<Known>();
  readonly fatal: unknown[] = [];
  trouble = 0;
  crashes = 0;
  zombies = 0;
  private readonly random: Random;
  private readonly faults: FaultPlan;
  private readonly services: readonly Service[];
  private readonly world: Owner = { state: 'alive' };
  private tasks = 0;
  private registered = 0;

  constructor({
    seed,
    faults = [],
    trouble = 0,
  }: {
    readonly seed: number;
    readonly faults?: readonly Fault[];
    readonly trouble?: number;
  }) {
    this.random = new Random(seed);
    this.trouble = trouble;
    this.time = new VirtualTime(NOW_US, this.random);
    this.kafka = new SimulatedKafka(this.time, PARTITIONS);
    this.faults = new FaultPlan(faults, {
      onCutOff: (owner) => this.cutOff(owner as SimulatedProcess),
      onMove: (owner) => this.moveOne(owner as SimulatedProcess),
    });
    this.time.mishaps = (kind, owner) => this.faults.next(kind, owner);
    this.time.onCrash = (owner) => this.crashed(owner as SimulatedProcess);
    this.services = [
      this.service('trigger', this.trigger, triggerOf),
      this.service('router', this.router, (view) => routerOf(view, () => `task-${this.tasks++}`)),
      this.service('result-collector', this.collector, () => collectorCore),
    ];
    const spokes = new SpokeGroup({
      ...{ processors: PROCESSORS, revision: liveRevision(VIEWS.at(-1)!), time: this.time, random: this.random },
      ...{ kafka: this.kafka, topics: this.topics, trouble: () => this.trouble },
    });
    this.time.chances.push(() => spokes.chances());
    this.time.chances.push(() => this.fetches());
  }

  send(message: SimulatedMessage): void {
    this.kafka.append(
      topicName(this.topics, message.topic, message.value),
      this.topics.partitionOfKey('signals', message.key),
      toBytes(message),
    );
  }

  /** Another processor is registered: each process hears of it in its own time. */
  register(): void {
    this.registered = VIEWS.length - 1;
  }

  /** Nothing fails any more from now on. */
  calm(): void {
    this.trouble = 0;
    this.faults.end();
  }

  runFor(us: number): Promise<void> {
    return this.time.runUntil(this.time.nowUs + us);
  }

  private fetches(): Chance[] {
    return this.services.flatMap(({ processes }) => processes.flatMap((process) => process.fetches()));
  }

  private service<State>(
    stage: string,
    database: SimulatedDatabase<State>,
    core: (view: RegistryView) => StageCore<State>,
  ): Service {
    const service: Service = { stage, database: database as never, core: core as never, owners: [], processes: [] };
    const processes = [this.start(service), this.start(service)];
    for (let partition = 0; partition < PARTITIONS; partition++) service.owners[partition] = processes[partition % 2]!;
    for (const process of processes) process.rejoin();
    return service;
  }

  private start(service: Service): SimulatedProcess {
    const { stage, database, core } = service;
    const views = VIEWS.map((view) => ({ view, core: undefined as StageCore<never> | undefined }));
    let known = 0;
    const current = (): StageCore<never> => {
      if (known < this.registered && this.random.isBelow(0.3)) known += 1;
      return (views[known]!.core ??= core(views[known]!.view));
    };
    // The others hear of it by the revision that a pane names.
    const catchUp = (): void => void (stage === 'trigger' && (known = this.registered));
    const process: SimulatedProcess = new SimulatedProcess({
      ...{ stage, database, time: this.time, random: this.random, kafka: this.kafka, topics: this.topics },
      families: core(VIEWS[0]!).topics,
      handler: new CoreHandler({ core: current, catchUp, topics: this.topics }) as never,
      assigned: () => service.owners.flatMap((owner, partition) => (owner === process ? [partition] : [])),
      onFatal: (error) => this.fatal.push(error),
    });
    service.processes.push(process);
    return process;
  }

  private crashed(process: SimulatedProcess): void {
    this.crashes += 1;
    const service = this.services.find(({ stage }) => stage === process.stage)!;
    service.processes.splice(service.processes.indexOf(process), 1);
    const next = this.start(service);
    this.handOver(service, process, this.random.isBelow(0.5) ? next : this.another(service, next));
  }

  /** It hears nothing of the world and the world nothing of it; when it comes back, it goes on in the middle of what it did. */
  private cutOff(process: SimulatedProcess): void {
    this.zombies += 1;
    const service = this.services.find(({ stage }) => stage === process.stage)!;
    this.handOver(service, process, this.another(service, process));
    this.time.after(this.world, this.random.below(CUT_OFF_US), () => {
      if (process.state !== 'suspended') return;
      process.state = 'alive';
      this.soon(process, () => process.rejoin());
    });
  }

  private moveOne(process: SimulatedProcess): void {
    const service = this.services.find(({ stage }) => stage === process.stage)!;
    this.handOver(service, process, this.another(service, process));
    this.soon(process, () => process.rejoin());
  }

  private handOver(service: Service, from: SimulatedProcess, to: SimulatedProcess): void {
    service.owners.forEach((owner, partition) => {
      if (owner === from) service.owners[partition] = to;
    });
    this.soon(to, () => to.rejoin());
  }

  private another(service: Service, process: SimulatedProcess): SimulatedProcess {
    return service.processes.find((one) => one !== process && one.state === 'alive') ?? this.start(service);
  }

  private soon(owner: Owner, run: () => void): void {
    this.time.after(owner, this.random.below(2_000_000), run);
  }
}

function triggerOf(view: RegistryView): StageCore<StoredSource> {
  const planOf = compilePlans(view);
  return triggerCore({
    planOf: (source) => planOf(sourceOf(view, source)),
    lifeOf: (source) => lifeOf(sourceOf(view, source)),
    describerOf: (source) => sourceDescriber(view, source),
  });
}

function routerOf(view: RegistryView, newTaskId: () => string): StageCore<RoutedKey> {
  const live = liveRevision(view);
  return routerCore(new Plans({ revisionOf: (number) => revisionOf(view, number), live: () => live }), newTaskId);
}
