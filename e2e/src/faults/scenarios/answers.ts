import { createKafka } from '@windlass/messaging';
import {
  decodeCurrent,
  encodeRecord,
  type ResultRecord,
  splitWireFormat,
  topicNames,
  toValue,
} from '@windlass/contracts';
import type { Consumer, KafkaMessage, Producer } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ground } from '../ground.ts';
import type { Scenario } from '../scenario.ts';

/** No window holds it: where it becomes known, a stale answer was accepted. */
const STALE = -1;
/** The next attempt waits then, is under way, or is over. */
const LATER_MS = [0, 500, 5_000];

/**
 * A spoke that answers twice, answers after its limit, and answers an attempt that is over: the answers of the real one are sent
 * again, and where it failed or ran out of time, answers for that attempt follow.
 */
export const answers: Scenario = {
  name: 'answers',
  shape: { rate: 40 },
  inject: async (ground, { windows }) => {
    ground.pacer.asking = ({ index }) =>
      index % 40 === 7 ? 'fail-once' : index % 400 === 13 ? 'overrun-once' : 'none';
    const forger = new Forger(ground);
    await forger.start();
    await ground.pacer.reached(windows);
    await forger.stop();
    return { what: `${forger.doubled} answers sent twice, ${forger.late} after failure or limit` };
  },
};

class Forger {
  doubled = 0;
  late = 0;
  readonly #consumer: Consumer;
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #forging = new Set<Promise<unknown>>();
  /** What was forged comes by here, too. */
  readonly #done = new Set<string>();

  constructor({ kafka, prefix }: Ground) {
    const client = createKafka(kafka);
    this.#topic = topicNames(prefix).results('default');
    this.#consumer = client.consumer({ groupId: `${prefix}.forger`, maxWaitTimeInMs: 20 });
    this.#producer = client.producer();
  }

  async start(): Promise<void> {
    await this.#producer.connect();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#topic });
    await this.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => this.#take(partition, message),
    });
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
    await Promise.all(this.#forging);
    await this.#producer.disconnect();
  }

  #take(partition: number, message: KafkaMessage): void {
    const { schemaId, body } = splitWireFormat(message.value);
    const record = decodeCurrent('results', body);
    if (this.#done.has(record.taskId)) return;
    this.#done.add(record.taskId);
    if (record.items.some(({ error }) => error !== null)) {
      const value = encodeRecord('results', schemaId, asSucceeded(record));
      for (const ms of LATER_MS) this.#send(partition, { ...message, value }, ms);
      this.late += LATER_MS.length;
    } else {
      this.#send(partition, message, 0);
      this.doubled++;
    }
  }

  #send(partition: number, { key, value, headers }: KafkaMessage, laterMs: number): void {
    const messages = [{ partition, key, value, ...(headers && { headers }) }];
    const sending = delay(laterMs).then(() => this.#producer.send({ topic: this.#topic, messages }));
    this.#forging.add(sending);
    void sending.finally(() => this.#forging.delete(sending));
  }
}

const asSucceeded = (record: ResultRecord): ResultRecord => ({
  ...record,
  items: record.items.map((item) => ({ ...item, error: null, result: toValue(STALE) })),
});
