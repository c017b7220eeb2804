import type { Batch, KafkaMessage, Producer } from 'kafkajs';
import type pg from 'pg';
import { outboxBytes, type BareMessage } from './messages.ts';
import { prepared } from './prepared.ts';

export interface BareRecord {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** What a batch writes and sends. */
export interface BareEffects {
  readonly statements: readonly { readonly text: string; readonly values: readonly unknown[] }[];
  readonly messages: readonly BareMessage[];
}

const BATCH_RECORDS = 512;
const PRODUCE_RECORDS = 500;

/**
 * One partition of a bare stage: what waits of all its topics is taken together; one transaction writes rows, positions and outbox;
 * then the messages are sent, while the next batch is computed. No fence, no recovery, no limits.
 */
export class PartitionLoop {
  private waiting: BareRecord[] = [];
  private running: Promise<void> | undefined;
  private readonly committed = new Map<string, string>();

  constructor(
    private readonly options: {
      readonly stage: string;
      readonly partition: number;
      readonly pool: pg.Pool;
      readonly producer: Producer;
      readonly handle: (records: readonly BareRecord[]) => BareEffects;
    },
  ) {}

  offer({ topic, partition, messages }: Batch): void {
    for (const message of messages) this.waiting.push({ topic, partition, message });
    this.wake();
  }

  async drained(): Promise<void> {
    while (this.running) await this.running;
  }

  private wake(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.waiting.length > 0) this.wake();
    });
  }

  /** Positions committed since the last call. */
  takeCommitted(): { topic: string; partition: number; offset: string }[] {
    const { partition } = this.options;
    const offsets = [...this.committed].map(([topic, offset]) => ({ topic, partition, offset }));
    this.committed.clear();
    return offsets;
  }

  private async run(): Promise<void> {
    const { handle, pool } = this.options;
    let publishing: Promise<void> = Promise.resolve();
    while (this.waiting.length > 0) {
      const records = this.waiting.splice(0, BATCH_RECORDS);
      const { statements, messages } = handle(records);
      const next = new Map(records.map(({ topic, message }) => [topic, String(BigInt(message.offset) + 1n)]));
      const client = await pool.connect();
      await publishing;
      await Promise.all([
        client.query('BEGIN'),
        ...statements.map(({ text, values }) => prepared(client, text, values)),
        prepared(client, COMMIT_STATEMENT, this.commitValues(next, messages)),
        client.query('COMMIT'),
      ]);
      client.release();
      for (const [topic, offset] of next) this.committed.set(topic, offset);
      publishing = this.publish(messages);
    }
    await publishing;
  }

  private commitValues(next: ReadonlyMap<string, string>, messages: readonly BareMessage[]): unknown[] {
    const { stage, partition } = this.options;
    return [stage, partition, outboxBytes(messages), [...next.keys()], [...next.values()]];
  }

  private async publish(messages: readonly BareMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += PRODUCE_RECORDS) {
      const byTopic = Map.groupBy(messages.slice(from, from + PRODUCE_RECORDS), ({ topic }) => topic);
      const topicMessages = [...byTopic].map(([topic, same]) => ({ topic, messages: same }));
      await this.options.producer.sendBatch({ acks: -1, topicMessages });
    }
  }
}

const COMMIT_STATEMENT = `
  WITH outbox AS (
    INSERT INTO outbox AS o (stage, partition, commit_no, pending) VALUES ($1, $2, 1, $3)
    ON CONFLICT (stage, partition) DO UPDATE SET commit_no = o.commit_no + 1, pending = excluded.pending
  )
  INSERT INTO position (stage, partition, topic, next_offset)
  SELECT $1, $2, topic, next_offset FROM unnest($4::text[], $5::bigint[]) AS p (topic, next_offset)
  ON CONFLICT (stage, partition, topic) DO UPDATE SET next_offset = excluded.next_offset`;
