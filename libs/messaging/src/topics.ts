import type { TopicDeclaration } from '@windlass/contracts';
import type { Admin } from 'kafkajs';
import { MessagingError } from './errors.ts';

export interface EnsuredTopics {
  readonly created: readonly string[];
  readonly existing: readonly string[];
}

/**
 * Creates the topics that are missing; safe to call from several programs at once. Configuration of existing topics is left as it
 * is: it may be an operator's. The admin client is connected.
 * @throws {MessagingError} TOPIC_MISMATCH when a topic exists with another partition count: keys would move.
 */
export async function ensureTopics(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<EnsuredTopics> {
  const present = new Set(await admin.listTopics());
  const missing = declarations.filter(({ topic }) => !present.has(topic));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ topic, partitions, replicationFactor, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  await checkPartitionCounts(admin, declarations);
  return {
    created: missing.map(({ topic }) => topic),
    existing: declarations.filter(({ topic }) => present.has(topic)).map(({ topic }) => topic),
  };
}

async function checkPartitionCounts(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<void> {
  if (declarations.length === 0) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: declarations.map(({ topic }) => topic) });
  const found = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  const wrong = declarations.filter(({ topic, partitions }) => found.get(topic) !== partitions);
  if (wrong.length === 0) return;
  const list = wrong
    .map(({ topic, partitions }) => `${topic} has ${found.get(topic)}, declared are ${partitions}`)
    .join('; ');
  throw new MessagingError(
    'TOPIC_MISMATCH',
    `partition counts do not fit: ${list}. Use the hub's count, or a new prefix`,
  );
}
