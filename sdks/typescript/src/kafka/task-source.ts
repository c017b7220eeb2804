/**
 * The window topic as a member of the processor's group. Redelivery: tasks are delivered again after a crash or a rebalance,
 * and are harmless. Rebalance: tasks of lost partitions are dropped unless they run already, whose answers are duplicates at
 * worst. Poison: see scheduling/take-over.ts. Back-pressure: the receiver pauses partitions; `eachBatch` only hands over and
 * never waits for work, so heartbeats go on.
 */
import { leaveForPredecessors, PartitionAssigners } from '@windlass/kafkajs-tuned';
import type { Admin, Cluster, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { errorFields, type Logger } from '../log.ts';
import { retrying } from '../retrying.ts';
import { CALL_RETRIES } from './client.ts';
import { decodeClaim, encodeClaim, takeOver, type Claim, type TakeOver } from '../scheduling/take-over.ts';

export interface TaskReceiver {
  /** A partition is ours from here on. */
  taken(partition: number, takeOver: TakeOver): void;
  /** It is no longer. */
  lost(partition: number): void;
  received(partition: number, messages: readonly KafkaMessage[], endOffset: number): void;
}

export interface Position {
  readonly partition: number;
  readonly offset: number;
  readonly claim: Claim;
}

export interface TaskSourceOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  /** This process, as its group knows it: the client id of `kafka`. */
  readonly member: string;
  /** Of client ids in the group before this process joins: those of its instance, which are dead. */
  readonly isPredecessor: (clientId: string) => boolean;
  readonly log: Logger;
  readonly receiver: TaskReceiver;
  readonly sessionTimeoutMs: number;
}

/** A fetch returns after so long without records. kafkajs sends heartbeats between fetches, and resumes paused partitions with the next. */
const MAX_WAIT_MS = 100;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const REBALANCE_TIMEOUT_MS = 30_000;
const RESTART_DELAY_MS = 1_000;

type Commit = (offsets: { topics: { topic: string; partitions: object[] }[] }) => Promise<void>;

export class TaskSource {
  readonly #options: TaskSourceOptions;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  #cluster: Cluster | undefined;
  readonly #held = new Set<number>();
  readonly #stopping = new AbortController();
  /** Commits once, under the membership it was taken from; kafkajs's own would repeat it under a later one. */
  #commit: Commit | undefined;
  #claims: Promise<Claims> | undefined;

  constructor(options: TaskSourceOptions) {
    this.#options = options;
    const { kafka, groupId, sessionTimeoutMs } = options;
    this.#admin = kafka.admin();
    this.#consumer = kafka.consumer({
      groupId,
      partitionAssigners: [
        (given) => {
          this.#cluster = given.cluster;
          return PartitionAssigners.roundRobin(given);
        },
      ],
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      // Started again by us: it has to take leave for the member that it was.
      retry: { ...CALL_RETRIES, restartOnFailure: async () => false },
    });
  }

  async start(): Promise<void> {
    const { topic, log } = this.#options;
    const { GROUP_JOIN, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#joined(new Set(payload.memberAssignment[topic] ?? [])));
    this.#consumer.on(CRASH, ({ payload }) => {
      log.error('the consumer has stopped, a new one follows', { error: errorFields(payload.error) });
      if (!this.#stopping.signal.aborted) setTimeout(() => void this.#run(), RESTART_DELAY_MS);
    });
    await this.#admin.connect();
    await this.#run();
  }

  pause(partitions: readonly number[]): void {
    this.#consumer.pause([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  resume(partitions: readonly number[]): void {
    this.#consumer.resume([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  /** @throws when the membership has changed or Kafka cannot be reached; positions of lost partitions are left out. */
  async commit(positions: readonly Position[]): Promise<void> {
    const partitions = positions
      .filter(({ partition }) => this.#held.has(partition))
      .map(({ partition, offset, claim }) => ({ partition, offset: String(offset), metadata: encodeClaim(claim) }));
    if (partitions.length === 0 || !this.#commit) return;
    await this.#commit({ topics: [{ topic: this.#options.topic, partitions }] });
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the source is stopped'));
    await this.#consumer.disconnect();
    await this.#admin.disconnect();
  }

  async #run(): Promise<void> {
    const { topic, log } = this.#options;
    const signal = this.#stopping.signal;
    await retrying(
      async () => {
        await this.#consumer.connect();
        await this.#leaveForPredecessors();
        await this.#consumer.subscribe({ topic, fromBeginning: true });
        await this.#consumer.run({ autoCommit: false, eachBatch: (payload) => this.#eachBatch(payload) });
      },
      { signal, onRetry: (error) => log.warn('cannot consume, trying again', { topic, error: errorFields(error) }) },
    ).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** Only saves time: without it they are waited for. @throws what joining would meet, too: the coordinator is not there yet. */
  async #leaveForPredecessors(): Promise<void> {
    const { groupId, isPredecessor: isOurs, log } = this.#options;
    try {
      const left = await leaveForPredecessors(this.#cluster!, { groupId, isOurs });
      if (left > 0) log.info('took leave of the group for a process that had died', { groupId, left });
    } catch (error) {
      if ((error as { readonly retriable?: boolean }).retriable === true) throw error;
      log.debug('no leave was taken for who may have died', { error: errorFields(error) });
    }
  }

  #joined(assigned: ReadonlySet<number>): void {
    this.#claims = undefined;
    for (const partition of this.#held) {
      if (assigned.has(partition)) continue;
      this.#held.delete(partition);
      this.#options.receiver.lost(partition);
    }
  }

  async #eachBatch({
    batch,
    commitOffsetsIfNecessary,
    heartbeat,
    isStale,
    isRunning,
  }: EachBatchPayload): Promise<void> {
    if (isStale() || !isRunning() || this.#stopping.signal.aborted) return;
    this.#commit = commitOffsetsIfNecessary as unknown as Commit;
    const { partition, messages } = batch;
    const endOffset = Number(batch.highWatermark);
    if (!this.#held.has(partition)) await this.#take(partition, Number(messages[0]!.offset), endOffset, heartbeat);
    this.#options.receiver.received(partition, messages, endOffset);
  }

  async #take(partition: number, offset: number, endOffset: number, heartbeat: () => Promise<void>): Promise<void> {
    const { log, member, receiver } = this.#options;
    const taken = await retrying(
      async () => {
        this.#claims ??= this.#readClaims();
        const { committed, members } = await this.#claims.catch((error: unknown) => {
          this.#claims = undefined;
          throw error;
        });
        const { claim, offset: committedOffset } = committed.get(partition) ?? { claim: decodeClaim(null), offset: -1 };
        const isAlive = (holder: string) => members.has(holder);
        return takeOver({ previous: claim, committedOffset, offset, endOffset, instance: member, isAlive });
      },
      {
        signal: this.#stopping.signal,
        onRetry: (error) => log.warn('cannot read the committed offsets, trying again', { error: errorFields(error) }),
      },
    );
    await heartbeat();
    this.#held.add(partition);
    try {
      await this.commit([{ partition, offset, claim: { holder: member, deaths: taken.deaths, alone: false } }]);
    } catch (error) {
      this.#held.delete(partition);
      throw error;
    }
    if (taken.deaths > 0) log.warn('tasks are run one at a time: their last holder died', { partition, ...taken });
    receiver.taken(partition, taken);
  }

  async #readClaims(): Promise<Claims> {
    const { groupId, topic } = this.#options;
    const [offsets, { members }] = await Promise.all([
      this.#admin.fetchOffsets({ groupId, topics: [topic] }),
      this.#consumer.describeGroup(),
    ]);
    const partitions = offsets.flatMap((one) => one.partitions);
    return {
      committed: new Map(
        partitions.map(({ partition, offset, metadata }) => [
          partition,
          { offset: Number(offset), claim: decodeClaim(metadata) },
        ]),
      ),
      members: new Set(members.map(({ clientId }) => clientId)),
    };
  }
}

interface Claims {
  readonly committed: ReadonlyMap<number, { readonly offset: number; readonly claim: Claim }>;
  /** Instances in the group. */
  readonly members: ReadonlySet<string>;
}
