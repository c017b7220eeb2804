import type { Message, Producer } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { errorFields, type Logger } from '../log.ts';
import { retrying } from '../retrying.ts';
import { NoSuchPartition } from './client.ts';

export interface Outgoing {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Message['headers'];
  /** Default: the key's. */
  readonly partition?: number | undefined;
  /** All in-sync replicas have it. */
  readonly acknowledged?: () => void;
  /** The broker will never take it: too large for the topic, or for a partition that the topic has not (NoSuchPartition). */
  readonly refused?: (error: Error) => void;
}

/** A broker refuses batches beyond its limit, which is at least one largest record. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_RECORDS = 2_000;
/** Traffic is dense when a batch had so many records; then the next one gathers for a while. */
const DENSE_RECORDS = 16;
const GATHER_MS = 5;

/**
 * Sends records in the order they were given. A record that comes alone is sent at once; while one batch is on its way the next one
 * gathers, and for some milliseconds more while traffic is dense, because a request costs the broker as much as many records. A
 * failure is repeated until it succeeds, so that an answer may be sent twice and is never lost.
 */
export class Publisher {
  readonly #producer: Producer;
  readonly #log: Logger;
  readonly #closed = new AbortController();
  #queue: Outgoing[] = [];
  #sending: Promise<void> | undefined;

  constructor(producer: Producer, log: Logger) {
    this.#producer = producer;
    this.#log = log;
  }

  push(outgoing: Outgoing): void {
    this.#queue.push(outgoing);
    this.#sending ??= Promise.resolve().then(() => this.#sendAll());
  }

  /** Resolves when everything pushed so far has been acknowledged or refused. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** Gives up what is not sent. */
  close(): void {
    this.#closed.abort(new Error('the publisher is closed'));
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#nextBatch();
        await this.#send(batch);
        if (batch.length >= DENSE_RECORDS && this.#queue.length < MAX_BATCH_RECORDS) await delay(GATHER_MS);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
    } finally {
      this.#sending = undefined;
    }
  }

  #nextBatch(): Outgoing[] {
    let bytes = 0;
    let count = 0;
    for (const { value } of this.#queue) {
      bytes += value?.length ?? 0;
      if (count > 0 && (bytes > MAX_BATCH_BYTES || count === MAX_BATCH_RECORDS)) break;
      count++;
    }
    if (count === this.#queue.length) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, count);
  }

  async #send(batch: readonly Outgoing[]): Promise<void> {
    const topicMessages = byTopic(batch);
    try {
      await retrying(
        () => this.#producer.sendBatch({ acks: -1, topicMessages }).catch((error) => Promise.reject(asRefused(error))),
        {
          signal: this.#closed.signal,
          onRetry: (error) =>
            this.#log.warn('cannot publish, trying again', { records: batch.length, error: errorFields(error) }),
        },
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (batch.length > 1) {
        for (const one of batch) await this.#send([one]);
      } else batch[0]!.refused?.(error.cause as Error);
      return;
    }
    for (const { acknowledged } of batch) acknowledged?.();
  }
}

/** What repeating does not mend; `cause` says why. */
class Refused extends Error {
  readonly retryable = false;
}

const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

/** kafkajs wraps what it has repeated in vain. */
function asRefused(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { type = '' } = at as { type?: string };
    if (at instanceof NoSuchPartition || TOO_LARGE.includes(type)) return new Refused(at.message, { cause: at });
  }
  return error;
}

function byTopic(batch: readonly Outgoing[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers, partition } of batch) {
    const message: Message = {
      key,
      value,
      ...(headers && { headers }),
      ...(partition === undefined ? {} : { partition }),
    };
    const messages = topics.get(topic);
    if (messages) messages.push(message);
    else topics.set(topic, [message]);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
