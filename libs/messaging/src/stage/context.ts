import type { RecordCodec } from '../avro/record-codec.ts';
import type { StageClock } from '../clock.ts';
import type { HubTopicMap } from '../hub-topics.ts';
import type { Log } from '../log.ts';
import type { StageHandler } from './handler.ts';
import type { StageLimits } from './limits.ts';
import type { StageMetrics } from './metrics.ts';
import type { StageProbe } from './probe.ts';
import type { Sender } from './sender.ts';
import type { StageStore } from './store.ts';

export interface StageSource {
  readonly topic: string;
  readonly family: string;
}

/** What a partition may do with the consumer it is fed by. */
export interface ConsumerControl {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  seek(topic: string, partition: number, offset: bigint): void;
  /** Resolves once Kafka has confirmed, from now on, that this member and its assignment are current. */
  confirmMembership(signal: AbortSignal): Promise<void>;
}

/** First offset that is kept, and the one the next record will get. */
export interface OffsetRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** What a partition may ask of Kafka when it is taken. */
export interface TopicInspector {
  /** @throws {MessagingError} TOPIC_RECREATED, OTHER_CLUSTER; TOPIC_MISSING, BROKER_UNAVAILABLE (retryable). */
  checkIdentities(): Promise<void>;
  /** Not older than this call. @throws {MessagingError} BROKER_UNAVAILABLE (retryable). */
  offsets(topic: string, partition: number): Promise<OffsetRange>;
}

/** What a stage needs of a codec. */
export type StageCodec = Pick<RecordCodec, 'encode' | 'readerOf' | 'loadReader'>;

/** Everything the partitions of one stage share. */
export interface StageContext {
  readonly name: string;
  /** Program and process that works; kept in the store for people. */
  readonly owner: string;
  readonly sources: readonly StageSource[];
  readonly topics: HubTopicMap;
  readonly handler: StageHandler;
  readonly store: StageStore;
  readonly codec: StageCodec;
  readonly sender: Sender;
  readonly consumer: ConsumerControl;
  readonly inspector: TopicInspector;
  readonly limits: StageLimits;
  readonly metrics: StageMetrics;
  readonly probe: StageProbe;
  readonly log: Log;
  readonly clock: StageClock;
  /** Our mistake: the process must not go on. */
  readonly onFatal: (error: unknown) => void;
}
