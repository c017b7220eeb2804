import type { Admin } from 'kafkajs';
import { MessagingError } from './errors.ts';
import { createAdmin } from './kafka/client.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import { silentLog, type Log } from './log.ts';

/** A consumer group and a topic that it reads. */
export interface GroupTopic {
  readonly group: string;
  readonly topic: string;
}

/** How far consumer groups are behind, by Kafka's own offsets: also of groups of which nobody lives. */
export class GroupLags {
  private readonly admin: Admin;
  private connected: Promise<void> | undefined;

  constructor({ kafka, log = silentLog }: { readonly kafka: KafkaConnection; readonly log?: Log }) {
    this.admin = createAdmin(kafka, log);
  }

  /**
   * Records of the topic that the group has not committed, over all partitions; where it has committed nothing, all that Kafka still
   * holds, because such a group begins at the beginning.
   * @throws {MessagingError} BROKER_UNAVAILABLE (retryable): Kafka, or the topic, cannot be asked now.
   */
  async lagOf({ group, topic }: GroupTopic): Promise<number> {
    try {
      await (this.connected ??= this.admin.connect());
      const [ends, committed] = await Promise.all([
        this.admin.fetchTopicOffsets(topic),
        this.admin.fetchOffsets({ groupId: group, topics: [topic] }),
      ]);
      const positions = new Map(committed.flatMap((one) => one.partitions).map((one) => [one.partition, one.offset]));
      return ends.reduce((sum, { partition, high, low }) => {
        const position = BigInt(positions.get(partition) ?? NOTHING_COMMITTED);
        const from = position > BigInt(low) ? position : BigInt(low);
        return sum + Math.max(0, Number(BigInt(high) - from));
      }, 0);
    } catch (cause) {
      this.connected = undefined;
      const message = `how far ${group} is behind on ${topic} cannot be told now: ${(cause as Error).message}`;
      throw new MessagingError('BROKER_UNAVAILABLE', message, { cause, retryable: true });
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }
}

const NOTHING_COMMITTED = '-1';
