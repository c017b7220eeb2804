import { defaultLimits, silentLog, type HubTopicMap, type StageHandler } from '@windlass/messaging';
import { noMetrics, noProbe, PartitionWorker, Sender, type StageContext } from '@windlass/messaging/stage-parts';
import { v8Codec } from './codec.ts';
import type { LogRecord, SimulatedKafka } from './kafka.ts';
import type { Random } from './random.ts';
import { SimulatedStore, type SimulatedDatabase } from './store.ts';
import type { Chance, Owner, VirtualTime } from './virtual-time.ts';

export interface ProcessParts {
  readonly stage: string;
  readonly families: readonly string[];
  readonly handler: StageHandler;
  readonly database: SimulatedDatabase<unknown>;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly kafka: SimulatedKafka;
  readonly topics: HubTopicMap;
  /** Which partitions it has now, as the group's coordinator answers it. */
  readonly assigned: () => readonly number[];
  readonly onFatal: (error: unknown) => void;
}

const MAX_FETCH = 6;

interface Lane {
  readonly worker: PartitionWorker;
  readonly topic: string;
  readonly log: readonly LogRecord[];
  readonly fetching: Fetching;
}

interface Fetching {
  nextOffset: number;
  isPaused: boolean;
}

/** One process of a service: the real stage, each partition with its real worker, over what is simulated. */
export class SimulatedProcess implements Owner {
  state: Owner['state'] = 'alive';
  readonly stage: string;
  private readonly parts: ProcessParts;
  private readonly context: StageContext;
  private readonly workers = new Map<number, PartitionWorker>();
  private readonly leaving = new Map<number, Promise<void>>();
  private readonly fetching = new Map<string, Fetching>();
  private lanes: readonly Lane[] = [];

  constructor(parts: ProcessParts) {
    this.parts = parts;
    this.stage = parts.stage;
    this.context = this.contextOf(parts);
  }

  /** As after a join of the group: what is lost is given up, what is new is taken. */
  rejoin(): void {
    const partitions = this.parts.assigned();
    for (const [partition, worker] of this.workers)
      if (!partitions.includes(partition)) {
        this.workers.delete(partition);
        this.leaving.set(partition, worker.revoke());
      }
    for (const partition of partitions)
      if (!this.workers.has(partition))
        this.workers.set(partition, new PartitionWorker(this.context, partition, this.leaving.get(partition)));
    this.lanes = this.lanesNow();
  }

  /** Fetches that may arrive now. */
  fetches(): Chance[] {
    if (this.state !== 'alive') return [];
    const chances: Chance[] = [];
    for (const { worker, topic, log, fetching } of this.lanes)
      if (worker.state === 'running' && !fetching.isPaused && fetching.nextOffset < log.length)
        chances.push(() => this.fetch(worker, topic, log, fetching));
    return chances;
  }

  private lanesNow(): Lane[] {
    const { kafka } = this.parts;
    return [...this.workers].flatMap(([partition, worker]) =>
      this.context.sources.map(({ topic }) => ({
        ...{ worker, topic, log: kafka.log(topic, partition) },
        fetching: this.fetchingOf(topic, partition),
      })),
    );
  }

  private fetch(worker: PartitionWorker, topic: string, log: readonly LogRecord[], fetching: Fetching): void {
    const first = fetching.nextOffset;
    const records = log.slice(first, first + 1 + this.parts.random.below(MAX_FETCH));
    fetching.nextOffset = first + records.length;
    const last = String(fetching.nextOffset - 1);
    worker.offer({
      topic,
      partition: worker.partition,
      highWatermark: String(log.length),
      fetchedOffset: String(first),
      firstOffset: () => String(first),
      lastOffset: () => last,
      isEmpty: () => false,
      offsetLag: () => '0',
      offsetLagLow: () => '0',
      messages: records.map(({ key, value, headers, timestampMs }, i) => ({
        ...{ key, value, headers, timestamp: String(timestampMs) },
        ...{ offset: String(first + i), attributes: 0 },
      })),
    });
  }

  private fetchingOf(topic: string, partition: number): Fetching {
    const name = `${topic}/${partition}`;
    let fetching = this.fetching.get(name);
    if (!fetching) this.fetching.set(name, (fetching = { nextOffset: 0, isPaused: true }));
    return fetching;
  }

  private contextOf({ stage, families, handler, database, time, kafka, topics, onFatal }: ProcessParts): StageContext {
    const clock = time.clockOf(this);
    const limits = { ...defaultLimits, batchRecords: 8, timerHorizonMs: 3_600_000 };
    const away = (): Error => Object.assign(new Error('the broker is away'), { retryable: true });
    const ask = <T>(effect: () => T): Promise<T> => time.step(this, { kind: 'read', effect, failure: away });
    return {
      ...{ name: stage, owner: stage, topics, handler, limits, clock, onFatal },
      sources: families.flatMap((family) => topics.topicsOf(family as 'panes').map((topic) => ({ topic, family }))),
      store: new SimulatedStore({ time, owner: this, database }),
      codec: v8Codec,
      sender: new Sender({ producer: kafka.producerOf(this), limits, log: silentLog, clock }),
      consumer: {
        pause: (topic, partition) => void (this.fetchingOf(topic, partition).isPaused = true),
        resume: (topic, partition) => void (this.fetchingOf(topic, partition).isPaused = false),
        seek: (topic, partition, offset) => void (this.fetchingOf(topic, partition).nextOffset = Number(offset)),
        confirmMembership: (signal) => this.confirm(signal),
      },
      inspector: {
        checkIdentities: () => ask(() => undefined),
        offsets: (topic, partition) => ask(() => ({ low: 0n, high: BigInt(kafka.log(topic, partition).length) })),
      },
      metrics: noMetrics,
      probe: noProbe,
      log: silentLog,
    };
  }

  /** The coordinator answers, some time later; until then the partition may be somebody else's already. */
  private confirm(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const answered = this.parts.time.step(this, {
      kind: 'read',
      effect: () => this.rejoin(),
      failure: () => new Error('unreachable'),
    });
    return answered.catch(() => this.confirm(signal));
  }
}
