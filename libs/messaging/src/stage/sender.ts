import type { Message, Producer, TopicMessages } from 'kafkajs';
import { backoffMs, pause } from '../backoff.ts';
import { systemClock, type StageClock } from '../clock.ts';
import { MessagingError } from '../errors.ts';
import type { Log } from '../log.ts';
import { messageBytes, type SendableMessage } from './encoded-message.ts';
import type { StageLimits } from './limits.ts';

/** What Kafka will never take, however often it is tried. */
const refusals = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'POLICY_VIOLATION',
]);

/** What a person may mend soon: a topic that is just being created, a permission just being granted. */
const missing = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

export interface Refusal {
  readonly message: SendableMessage;
  readonly code: string;
  readonly reason: string;
}

/** Sends messages in order per partition, cut below the broker's batch limit, for as long as it takes. */
export class Sender {
  private readonly producer: Pick<Producer, 'sendBatch'>;
  private readonly limits: StageLimits;
  private readonly log: Log;
  private readonly clock: StageClock;
  private readonly missingSinceMs = new Map<string, number>();

  constructor({
    producer,
    limits,
    log,
    clock = systemClock,
  }: {
    producer: Pick<Producer, 'sendBatch'>;
    limits: StageLimits;
    log: Log;
    clock?: StageClock;
  }) {
    this.producer = producer;
    this.limits = limits;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Resolves when all in-sync replicas have every message that Kafka takes; answers with those it refused for good.
   * @throws {MessagingError} STOPPED when the signal aborts first.
   */
  async send(messages: readonly SendableMessage[], signal: AbortSignal): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    for (const chunk of chunksOf(messages, this.limits)) await this.sendChunk(chunk, signal, refused);
    return refused;
  }

  private async sendChunk(chunk: readonly SendableMessage[], signal: AbortSignal, refused: Refusal[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      if (signal.aborted)
        throw new MessagingError('STOPPED', 'sending was given up: the partition moved or the stage stops');
      try {
        await this.producer.sendBatch({ acks: -1, topicMessages: byTopic(chunk) });
        if (this.missingSinceMs.size > 0) for (const { topic } of chunk) this.missingSinceMs.delete(topic);
        return;
      } catch (error) {
        const code = codeOf(error);
        const parts = missing.has(code) ? perTopic(chunk) : refusals.has(code) ? halves(chunk) : [chunk];
        if (parts.length > 1) {
          for (const part of parts) await this.sendChunk(part, signal, refused);
          return;
        }
        if (refusals.has(code) || (missing.has(code) && this.missingTooLong(chunk[0]!.topic))) {
          for (const message of chunk) refused.push({ message, code, reason: (error as Error).message });
          return;
        }
        this.log.warn(
          { code, attempt, err: error, topic: chunk[0]?.topic },
          'Kafka did not take messages; trying again',
        );
        await pause(backoffMs(attempt, this.limits.backoff, this.clock), signal, this.clock);
      }
    }
  }

  private missingTooLong(topic: string): boolean {
    const nowMs = this.clock.nowUs() / 1000;
    const sinceMs = this.missingSinceMs.get(topic) ?? nowMs;
    this.missingSinceMs.set(topic, sinceMs);
    return nowMs - sinceMs >= this.limits.missingTopicMs;
  }
}

interface KafkaFailure extends Error {
  readonly type?: string;
  readonly cause?: KafkaFailure;
}

function codeOf(error: unknown): string {
  const { type, cause, name } = error as KafkaFailure;
  return type ?? cause?.type ?? cause?.name ?? name;
}

function perTopic(chunk: readonly SendableMessage[]): SendableMessage[][] {
  const topics = new Map<string, SendableMessage[]>();
  for (const message of chunk) {
    const same = topics.get(message.topic);
    if (same) same.push(message);
    else topics.set(message.topic, [message]);
  }
  return [...topics.values()];
}

/** To find the message that is at fault. */
function halves(chunk: readonly SendableMessage[]): (readonly SendableMessage[])[] {
  const middle = chunk.length >> 1;
  return chunk.length < 2 ? [chunk] : [chunk.slice(0, middle), chunk.slice(middle)];
}

function* chunksOf(messages: readonly SendableMessage[], limits: StageLimits): Generator<readonly SendableMessage[]> {
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < messages.length; index++) {
    const size = messageBytes(messages[index]!);
    if (index > from && (bytes + size > limits.produceBytes || index - from >= limits.produceRecords)) {
      yield messages.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < messages.length) yield from === 0 ? messages : messages.slice(from);
}

const byTopic = (chunk: readonly SendableMessage[]): TopicMessages[] =>
  perTopic(chunk).map((messages) => ({ topic: messages[0]!.topic, messages: messages as Message[] }));
