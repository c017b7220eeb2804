import type { Admin, Cluster } from 'kafkajs';
import { MessagingError } from '../errors.ts';
import { readClusterMetadata } from '../kafka/cluster-metadata.ts';
import type { OffsetRange, TopicInspector } from './context.ts';
import type { StageStore, TopicIdentity } from './store.ts';

/** Several partitions are taken at once; one answer serves all that asked before it was sent. */
class Shared<T> {
  private readonly ask: () => Promise<T>;
  private current: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.ask = ask;
  }

  /** An answer to a question that was asked after this call. */
  get(): Promise<T> {
    if (!this.current) return (this.current = this.start());
    this.next ??= this.current.then(
      () => this.promote(),
      () => this.promote(),
    );
    return this.next;
  }

  private promote(): Promise<T> {
    this.next = undefined;
    return (this.current = this.start());
  }

  private async start(): Promise<T> {
    try {
      return await this.ask();
    } finally {
      if (!this.next) this.current = undefined;
    }
  }
}

export interface InspectorOptions {
  readonly stage: string;
  readonly topics: readonly string[];
  readonly partitions: number;
  readonly admin: Admin;
  /** kafkajs's cluster of the consumer at work. */
  readonly cluster: () => Cluster;
  readonly store: StageStore;
}

/** Asks Kafka which topics these are and which offsets they hold. */
export class KafkaInspector implements TopicInspector {
  private readonly options: InspectorOptions;
  private readonly identities: Shared<void>;
  private readonly ranges: ReadonlyMap<string, Shared<ReadonlyMap<number, OffsetRange>>>;

  constructor(options: InspectorOptions) {
    this.options = options;
    this.identities = new Shared(() => this.compareIdentities());
    this.ranges = new Map(options.topics.map((topic) => [topic, new Shared(() => this.readRanges(topic))]));
  }

  checkIdentities(): Promise<void> {
    return this.identities.get();
  }

  async offsets(topic: string, partition: number): Promise<OffsetRange> {
    const range = (await this.ranges.get(topic)!.get()).get(partition);
    if (!range)
      throw new MessagingError('TOPIC_MISSING', `${topic} has no partition ${partition}`, { retryable: true });
    return range;
  }

  private async readRanges(topic: string): Promise<ReadonlyMap<number, OffsetRange>> {
    const offsets = await asked(`offsets of ${topic}`, () => this.options.admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]));
  }

  private async compareIdentities(): Promise<void> {
    const { stage, topics, partitions, store } = this.options;
    const found = await asked('topic ids', () => readClusterMetadata(this.options.cluster(), topics));
    const known = new Map((await store.identities(stage)).map((identity) => [identity.topic, identity]));
    const seen: TopicIdentity[] = [];
    for (const topic of topics) {
      const metadata = found.topics.get(topic);
      if (!metadata) throw new MessagingError('TOPIC_MISSING', `topic ${topic} does not exist`, { retryable: true });
      if (metadata.partitions !== partitions) {
        throw new MessagingError(
          'TOPIC_MISMATCH',
          `${topic} has ${metadata.partitions} partitions; the hub works with ${partitions}`,
        );
      }
      const before = known.get(topic);
      if (before?.topicId) checkSame(stage, before, { ...found, topicId: metadata.topicId });
      else seen.push({ topic, topicId: metadata.topicId, clusterId: found.clusterId });
    }
    if (seen.length > 0) await store.saveIdentities(stage, seen);
  }
}

function checkSame(
  stage: string,
  before: TopicIdentity,
  found: { readonly clusterId: string; readonly topicId: string },
): void {
  if (before.clusterId !== found.clusterId) {
    throw new MessagingError(
      'OTHER_CLUSTER',
      `${stage} has read ${before.topic} on Kafka cluster ${before.clusterId}; this is cluster ${found.clusterId}. ` +
        'Its positions mean nothing here. Connect it to its own cluster, or accept the topic as new',
    );
  }
  if (before.topicId !== found.topicId) {
    throw new MessagingError(
      'TOPIC_RECREATED',
      `${before.topic} was deleted and made again since ${stage} read it (topic id ${found.topicId}, known is ${before.topicId}). ` +
        'Its positions mean nothing there. Accept the topic as new to read it from its beginning',
    );
  }
}

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof MessagingError) throw cause;
    throw new MessagingError('BROKER_UNAVAILABLE', `${what}: ${(cause as Error).message}`, { cause, retryable: true });
  }
}
