import { randomUUID } from 'node:crypto';
import { hasSchema, type SchemaFamily } from '@windlass/contracts';
import type { Kafka, Producer } from 'kafkajs';
import { RecordCodec } from './avro/record-codec.ts';
import { MessagingError } from './errors.ts';
import { HubTopicMap, type Hub } from './hub-topics.ts';
import { callRetries, createKafka } from './kafka/client.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import { silentLog, type Log } from './log.ts';
import type { EncodedMessage } from './stage/encoded-message.ts';
import { defaultLimits, type StageLimits } from './stage/limits.ts';
import { encodeOutbound } from './stage/outbound.ts';
import { Sender } from './stage/sender.ts';
import type { OutboundMessage } from './stage/handler.ts';

export interface PublisherOptions {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly hub: Hub;
  /** `ce_source` of what is written: `/windlass/<source>`. */
  readonly source: string;
  /** What will be written; their schemas are registered at `connect`. */
  readonly families: readonly SchemaFamily[];
  readonly log?: Log;
  readonly limits?: Partial<StageLimits>;
}

/** Writes to the hub's topics from outside of a stage: HTTP doors, the command line, benches. At least once. */
export class HubPublisher {
  private readonly options: PublisherOptions;
  private readonly topics: HubTopicMap;
  private readonly codec: RecordCodec;
  private readonly producer: Producer;
  private readonly sender: Sender;
  private readonly closed = new AbortController();

  constructor(options: PublisherOptions) {
    this.options = options;
    this.topics = new HubTopicMap(options.hub);
    this.codec = new RecordCodec({ registryUrl: options.registryUrl, prefix: options.hub.prefix });
    const log = options.log ?? silentLog;
    this.producer = createProducer(createKafka(options.kafka, log));
    this.sender = new Sender({ producer: this.producer, limits: { ...defaultLimits, ...options.limits }, log });
  }

  /** @throws {MessagingError} REGISTRY_UNAVAILABLE (retryable), SCHEMA_REFUSED; what kafkajs throws when no broker answers. */
  async connect(): Promise<void> {
    await Promise.all([this.codec.register(this.options.families.filter(hasSchema)), this.producer.connect()]);
  }

  /**
   * Resolves when all in-sync replicas have all messages; order is kept per partition. Waits while Kafka is down, until the signal
   * aborts.
   * @throws {ContractError} INVALID_MESSAGE. {MessagingError} MESSAGE_REFUSED: too large or refused by Kafka (the others are
   * written); STOPPED.
   */
  async publish(messages: readonly OutboundMessage[], signal: AbortSignal = this.closed.signal): Promise<void> {
    const origin = { source: `/windlass/${this.options.source}`, nowUs: Date.now() * 1000, idPrefix: randomUUID() };
    const encoded = encodeOutbound({ codec: this.codec, topics: this.topics }, messages, origin);
    const refused = await this.sender.send(encoded.messages, signal);
    checkRefused([...encoded.parked, ...refused], messages.length);
  }

  /** As `publish`, of what is encoded already: its bytes and headers stay as they are. */
  async forward(messages: readonly EncodedMessage[], signal: AbortSignal = this.closed.signal): Promise<void> {
    checkRefused(await this.sender.send(messages, signal), messages.length);
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.producer.disconnect();
  }
}

function checkRefused(refused: readonly { readonly code: string; readonly reason: string }[], of: number): void {
  const [first] = refused;
  if (!first) return;
  throw new MessagingError(
    'MESSAGE_REFUSED',
    `${refused.length} of ${of} messages refused: ${first.code}: ${first.reason}`,
  );
}

/** Connected. @throws as {@link HubPublisher.connect}. */
export async function createPublisher(options: PublisherOptions): Promise<HubPublisher> {
  const publisher = new HubPublisher(options);
  await publisher.connect();
  return publisher;
}

/** A producer that sends each message to the partition it names. */
export const createProducer = (kafka: Kafka): Producer =>
  kafka.producer({
    createPartitioner: () => partitionOfMessage,
    allowAutoTopicCreation: false,
    retry: callRetries,
  });

const partitionOfMessage = ({ message }: { readonly message: { readonly partition?: number } }): number =>
  message.partition!;
