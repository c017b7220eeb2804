import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { schemaFamilies, type Family } from '@windlass/contracts';
import type { Admin, Kafka, Producer } from 'kafkajs';
import { RecordCodec } from '../avro/record-codec.ts';
import { backoffMs, pause } from '../backoff.ts';
import { isRetryable, MessagingError } from '../errors.ts';
import { HubTopicMap, type Hub } from '../hub-topics.ts';
import { createKafka } from '../kafka/client.ts';
import { systemClock } from '../clock.ts';
import { createProducer } from '../hub-publisher.ts';
import type { KafkaConnection } from '../kafka/connection.ts';
import { silentLog, type Log } from '../log.ts';
import type { StageContext, StageSource } from './context.ts';
import { GroupConsumer } from './group-consumer.ts';
import type { StageHandler } from './handler.ts';
import { KafkaInspector } from './inspector.ts';
import { defaultLimits, type StageLimits } from './limits.ts';
import { noMetrics, type StageMetrics } from './metrics.ts';
import { PartitionWorker, type PartitionState } from './partition-worker.ts';
import { noProbe, type StageProbe } from './probe.ts';
import { Sender } from './sender.ts';
import type { StageStore } from './store.ts';

export interface StageOptions {
  /** Consumer group is `<prefix>.<name>`; rows of the store carry the name. */
  readonly name: string;
  /** Whose topics are read, co-partitioned. */
  readonly families: readonly Family[];
  readonly handler: StageHandler;
  readonly kafka: KafkaConnection;
  /** Base of the Confluent-compatible API. */
  readonly registryUrl: string;
  readonly hub: Hub;
  /**
   * Where this process lives, if no two can live there at once: for instance host and port that it listens on. Who starts there knows
   * that the one before is dead, and the group need not wait for the end of its session. Absent: it waits.
   */
  readonly place?: string | undefined;
  readonly store: StageStore;
  readonly log?: Log;
  readonly metrics?: StageMetrics;
  readonly limits?: Partial<StageLimits>;
  /** Default: a crash that nobody can overlook (an uncaught error). */
  readonly onFatal?: (error: unknown) => void;
  readonly nowUs?: () => number;
  readonly probe?: StageProbe;
}

export interface StageStatus {
  /** In the consumer group. */
  readonly joined: boolean;
  readonly partitions: readonly {
    readonly partition: number;
    readonly state: PartitionState;
    /** Why it does not run. */
    readonly trouble?: string;
  }[];
}

const drainMs = 10_000;

/** The mechanism by which a service consumes, commits and publishes (DESIGN section 4). */
export class Stage {
  private readonly options: StageOptions;
  private readonly log: Log;
  private readonly metrics: StageMetrics;
  private readonly limits: StageLimits;
  private readonly topics: HubTopicMap;
  private readonly sources: readonly StageSource[];
  private readonly kafka: Kafka;
  private readonly admin: Admin;
  private readonly producer: Producer;
  private readonly codec: RecordCodec;
  private readonly consumer: GroupConsumer;
  private readonly context: StageContext;
  private readonly workers = new Map<number, PartitionWorker>();
  private readonly leaving = new Map<number, Promise<void>>();
  private readonly stopped = new AbortController();
  private clusterId = '';
  private ticker: NodeJS.Timeout | undefined;

  constructor(options: StageOptions) {
    this.options = options;
    this.log = options.log ?? silentLog;
    this.metrics = options.metrics ?? noMetrics;
    this.limits = { ...defaultLimits, ...options.limits };
    this.topics = new HubTopicMap(options.hub);
    this.sources = options.families.flatMap((family) =>
      this.topics.topicsOf(family).map((topic) => ({ topic, family })),
    );
    if (this.sources.length === 0)
      throw new MessagingError('STAGE_MISCONFIGURED', `stage ${options.name} reads no topic`);
    this.kafka = createKafka(options.kafka, this.log);
    this.admin = this.kafka.admin();
    this.producer = createProducer(this.kafka);
    const { store } = options;
    this.codec = new RecordCodec({
      registryUrl: options.registryUrl,
      prefix: options.hub.prefix,
      memory: {
        load: () => store.schemas(this.clusterId),
        save: (id, schema) => store.saveSchema(this.clusterId, id, schema),
      },
    });
    this.consumer = this.makeConsumer();
    this.context = this.makeContext();
  }

  /** Resolves when the group is joined; partitions are taken from then on. Waits for Kafka, registry and database as long as it takes. */
  async start(): Promise<void> {
    await this.persist('Kafka', async () => {
      await Promise.all([this.admin.connect(), this.producer.connect()]);
      this.clusterId = (await this.admin.describeCluster()).clusterId;
    });
    await this.persist('schemas', async () => {
      await this.codec.remember();
      await this.codec.register(schemaFamilies);
    });
    if (this.stopped.signal.aborted) return;
    this.ticker = setInterval(() => this.tick(), this.limits.offsetCommitMs);
    await this.consumer.start();
  }

  /** Finishes what is under way, tells the group, closes the connections. The stage is over then. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearInterval(this.ticker);
    await Promise.all([...this.workers.values()].map((worker) => worker.drain(drainMs)));
    await Promise.all(this.leaving.values());
    await this.commitOffsets();
    await this.consumer.stop();
    await Promise.allSettled([this.producer.disconnect(), this.admin.disconnect()]);
  }

  /**
   * Has the handler called soon for a partition, or for every one that is held, with an empty batch where nothing has come: what it
   * knows from elsewhere has changed.
   */
  prompt(partition?: number): void {
    if (partition === undefined) for (const worker of this.workers.values()) worker.prompt();
    else this.workers.get(partition)?.prompt();
  }

  status(): StageStatus {
    return {
      joined: this.consumer.connected,
      partitions: [...this.workers.values()].map(({ partition, state, trouble }) => ({
        partition,
        state,
        ...(trouble !== undefined && { trouble: trouble instanceof Error ? trouble.message : String(trouble) }),
      })),
    };
  }

  /**
   * Epochs of partitions as the store has them now. A partition that was taken from this member, or whose positions a person changed, and
   * of which it has not heard because nothing is there to commit, is given up, and taken again if Kafka still assigns it.
   */
  checkEpochs(epochs: ReadonlyMap<number, bigint>): void {
    for (const worker of this.workers.values()) {
      const { partition, epoch } = worker;
      const now = epochs.get(partition);
      if (epoch === undefined || now === undefined || now <= epoch) continue;
      const message = `partition ${partition} of ${this.options.name} is at epoch ${now}, this owner at ${epoch}`;
      worker.interrupt(new MessagingError('FENCED', message));
    }
  }

  private makeConsumer(): GroupConsumer {
    const { name, hub, kafka, place } = this.options;
    const soleClientId = place === undefined ? undefined : `${kafka.clientId}@${place}`;
    return new GroupConsumer({
      kafka: soleClientId === undefined ? this.kafka : createKafka({ ...kafka, clientId: soleClientId }, this.log),
      groupId: `${hub.prefix}.${name}`,
      soleClientId,
      topics: this.sources.map(({ topic }) => topic),
      partitions: hub.partitions,
      limits: this.limits,
      log: this.log,
      metrics: this.metrics,
      owned: () => this.owned(),
      onAssigned: (partitions) => this.assigned(partitions),
      onBatch: (batch) => this.workers.get(batch.partition)?.offer(batch),
      onSkipped: ({ topic, partition, firstOffset, lastOffset }) =>
        this.workers.get(partition)?.skip(topic, firstOffset, lastOffset),
    });
  }

  private makeContext(): StageContext {
    const { name, hub, handler, store, probe = noProbe, nowUs = systemClock.nowUs } = this.options;
    return {
      name,
      owner: `${hostname()}:${process.pid}:${randomUUID()}`,
      sources: this.sources,
      topics: this.topics,
      handler,
      store,
      codec: this.codec,
      sender: new Sender({ producer: this.producer, limits: this.limits, log: this.log }),
      consumer: this.consumer,
      inspector: new KafkaInspector({
        stage: name,
        topics: this.sources.map(({ topic }) => topic),
        partitions: hub.partitions,
        admin: this.admin,
        cluster: () => this.consumer.cluster,
        store,
      }),
      limits: this.limits,
      metrics: this.metrics,
      probe,
      log: this.log,
      clock: { ...systemClock, nowUs },
      onFatal: (error) => this.fatal(error),
    };
  }

  private owned() {
    return [...this.workers.values()].flatMap(({ partition, epoch }) =>
      epoch === undefined ? [] : [{ partition, epoch: Number(epoch) }],
    );
  }

  /** Called by the consumer between a join and its next fetch, so a new worker pauses its partition in time. */
  private assigned(partitions: readonly number[]): void {
    for (const [partition, worker] of this.workers) {
      if (partitions.includes(partition)) worker.rejoined();
      else {
        this.workers.delete(partition);
        const left = worker
          .revoke()
          .finally(() => this.leaving.get(partition) === left && this.leaving.delete(partition));
        this.leaving.set(partition, left);
      }
    }
    for (const partition of partitions) {
      if (this.workers.has(partition) || this.stopped.signal.aborted) continue;
      this.workers.set(partition, new PartitionWorker(this.context, partition, this.leaving.get(partition)));
    }
    this.metrics.set('stage_owned_partitions', {}, this.workers.size);
    this.log.info({ stage: this.options.name, partitions }, 'partitions assigned');
  }

  private tick(): void {
    for (const { topic } of this.sources) {
      let lag = 0;
      for (const worker of this.workers.values()) lag += worker.lag(topic);
      this.metrics.set('stage_lag_records', { topic }, lag);
    }
    let bytes = 0;
    for (const worker of this.workers.values()) bytes += worker.inboxBytes;
    this.metrics.set('stage_inbox_bytes', {}, bytes);
    void this.commitOffsets();
    void this.compareTopics();
  }

  /** A topic that is made anew while its partitions are held looks like one that ends earlier: nobody would tell before data comes. */
  private async compareTopics(): Promise<void> {
    if (!this.consumer.connected) return;
    try {
      await this.context.inspector.checkIdentities();
    } catch (error) {
      const final = error instanceof MessagingError && !isRetryable(error);
      if (final) for (const worker of this.workers.values()) worker.interrupt(error);
      else this.log.debug({ err: error }, 'topics were not compared');
    }
  }

  private async commitOffsets(): Promise<void> {
    const offsets = [...this.workers.values()].flatMap((worker) =>
      worker
        .takeCommitted()
        .map(({ topic, nextOffset }) => ({ topic, partition: worker.partition, offset: String(nextOffset) })),
    );
    await this.consumer.commitOffsets(offsets);
  }

  /** Tries until it is done or the stage is stopped; our own mistakes are thrown. */
  private async persist(what: string, attempt: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.stopped.signal.aborted; failures++) {
      try {
        return await attempt();
      } catch (error) {
        const final = error instanceof MessagingError ? !isRetryable(error) : isOurMistake(error);
        if (final) throw error;
        this.log.warn({ stage: this.options.name, err: error, failures }, `waiting for ${what}`);
        await pause(backoffMs(failures, this.limits.backoff), this.stopped.signal);
      }
    }
  }

  private fatal(error: unknown): void {
    this.log.error({ stage: this.options.name, err: error }, 'the stage cannot go on');
    if (this.options.onFatal) this.options.onFatal(error);
    else
      setImmediate(() => {
        throw error;
      });
  }
}

export const createStage = (options: StageOptions): Stage => new Stage(options);

const isOurMistake = (error: unknown) => error instanceof TypeError || error instanceof ReferenceError;
