import { randomUUID } from 'node:crypto';
import { decodeCurrent, splitWireFormat } from '@windlass/contracts';
import type { Consumer, Kafka } from 'kafkajs';

const JOIN_MS = 30_000;

/** Reads a pipeline's outcomes topic from now on, and tells when a window is complete. */
export class OutcomeWatch {
  private readonly consumer: Consumer;
  private readonly topic: string;
  private readonly waiting = new Map<string, (atMs: number) => void>();

  constructor(kafka: Kafka, prefix: string) {
    this.topic = `${prefix}.outcomes.v1`;
    this.consumer = kafka.consumer({ groupId: `${prefix}.bench.${randomUUID()}`, maxWaitTimeInMs: 250 });
  }

  /** Resolves when it reads. */
  async start(): Promise<void> {
    const reading = Promise.withResolvers<void>();
    this.consumer.on(this.consumer.events.FETCH, () => reading.resolve());
    await this.consumer.connect();
    await this.consumer.subscribe({ topic: this.topic, fromBeginning: false });
    await this.consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const atMs = performance.now();
        for (const { value } of batch.messages) {
          if (this.waiting.size === 0) break;
          const { windowId, runComplete } = decodeCurrent('outcomes', splitWireFormat(value).body);
          if (runComplete) this.waiting.get(windowId)?.(atMs);
        }
      },
    });
    const timer = setTimeout(() => reading.reject(new Error(`${this.topic}: nothing was fetched`)), JOIN_MS);
    await reading.promise;
    clearTimeout(timer);
  }

  /** Resolves with the time (`performance.now()`) when the window's last outcome arrived. */
  async complete(windowId: string, deadlineMs: number): Promise<number> {
    const done = Promise.withResolvers<number>();
    this.waiting.set(windowId, done.resolve);
    const late = () => done.reject(new Error(`window ${windowId} was not complete within ${deadlineMs} ms`));
    const timer = setTimeout(late, deadlineMs);
    try {
      return await done.promise;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(windowId);
    }
  }

  stop(): Promise<void> {
    return this.consumer.disconnect();
  }
}
