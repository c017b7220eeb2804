import { setTimeout as delay } from 'node:timers/promises';
import { decodeCurrent, fromValue, splitWireFormat, type TopicNames } from '@windlass/contracts';
import { createKafka, type KafkaConnection } from '@windlass/messaging';
import type { Consumer, KafkaMessage } from 'kafkajs';
import type { Place, ToldOutcome, ToldPane } from './facts.ts';

const RESTART_MS = 500;
const SESSION_MS = 6_000;
const POLL_MS = 100;

/** Reads what the hub tells, from the beginning, as it comes and whatever happens to the broker: each record once. */
export class Tail {
  readonly panes: ToldPane[] = [];
  readonly outcomes: ToldOutcome[] = [];
  /** Kinds of notices. */
  readonly notices: string[] = [];
  readonly #connection: KafkaConnection;
  readonly #names: TopicNames;
  readonly #groupId: string;
  readonly #next = new Map<string, bigint>();
  #consumer: Consumer | undefined;
  #isStopped = false;

  constructor({ kafka, names, groupId }: { kafka: KafkaConnection; names: TopicNames; groupId: string }) {
    this.#connection = kafka;
    this.#names = names;
    this.#groupId = groupId;
  }

  get topics(): string[] {
    return [this.#names.panes, this.#names.outcomes, this.#names.notices];
  }

  async start(): Promise<void> {
    const consumer = createKafka(this.#connection).consumer({
      groupId: this.#groupId,
      maxWaitTimeInMs: 50,
      sessionTimeout: SESSION_MS,
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => void (payload.restart || this.#again()));
    await consumer.connect();
    await consumer.subscribe({ topics: this.topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => this.#take(topic, partition, message),
    });
  }

  /** Resolves when everything is read that lies on the topics now. */
  async caughtUp(deadlineMs: number): Promise<void> {
    const admin = createKafka(this.#connection).admin();
    await admin.connect();
    try {
      const ends = new Map<string, bigint>();
      for (const topic of this.topics)
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
          if (high !== low) ends.set(`${topic}/${partition}`, BigInt(high));
      const end = performance.now() + deadlineMs;
      while ([...ends].some(([place, high]) => (this.#next.get(place) ?? 0n) < high)) {
        if (performance.now() > end) throw new Error(`the topics were not read within ${deadlineMs} ms`);
        await delay(POLL_MS);
      }
    } finally {
      await admin.disconnect();
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#consumer?.disconnect();
  }

  async #again(): Promise<void> {
    await this.#consumer?.disconnect().catch(() => undefined);
    while (!this.#isStopped) {
      await delay(RESTART_MS);
      const failed = await this.start().then(
        () => false,
        () => true,
      );
      if (!failed) return;
    }
  }

  #take(topic: string, partition: number, { offset: text, timestamp, value }: KafkaMessage): void {
    const [place, offset] = [`${topic}/${partition}`, BigInt(text)];
    if (offset < (this.#next.get(place) ?? 0n)) return;
    this.#next.set(place, offset + 1n);
    const { body } = splitWireFormat(value);
    const at = { partition, offset, atMs: Number(timestamp) };
    if (topic === this.#names.panes) this.#takePane(at, body);
    else if (topic === this.#names.outcomes) this.#takeOutcomes(at, body);
    else this.notices.push(decodeCurrent('notices', body).kind);
  }

  #takePane(place: Place, body: Buffer): void {
    const { event } = decodeCurrent('panes', body);
    if (!('io.windlass.v1.Pane' in event)) return;
    const { key, startUs, windowId, revision, version, firedAtUs } = event['io.windlass.v1.Pane'];
    this.panes.push({ ...place, key, startUs, windowId, revision, version, firedAtUs });
  }

  #takeOutcomes(place: Place, body: Buffer): void {
    const { key, startUs, windowId, version, outcomes } = decodeCurrent('outcomes', body);
    for (const { algorithm, executionId, run, attempt, state, reason, result } of outcomes) {
      const value = result === null ? null : Number(fromValue(result));
      const verdict = { state, code: reason?.code ?? null, value };
      this.outcomes.push({
        ...place,
        key,
        startUs,
        windowId,
        version,
        algorithm,
        executionId,
        run,
        attempt,
        ...verdict,
      });
    }
  }
}
