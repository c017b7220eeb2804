import { metricNameOf, type TopicDeclaration } from '@windlass/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { pause } from './backoff.ts';
import { MessagingError } from './errors.ts';

const leadersDeadlineMs = 30_000;
/** The longest pause between two looks; the first is of 1 ms, because most topics are served within a few. */
const leadersPollMs = 20;

export interface EnsuredTopics {
  readonly created: readonly string[];
  readonly existing: readonly string[];
}

/**
 * Creates the topics that are missing; safe to call from several programs at once. Configuration of existing topics is left as it
 * is: it may be an operator's. The admin client is connected.
 * @throws {MessagingError} TOPIC_MISMATCH when a topic exists with another partition count: keys would move. TOPIC_COLLISION when
 * Kafka would refuse a topic because of the name of another that exists. BROKER_UNAVAILABLE
 * (retryable) when a new topic is not served within 30 s.
 */
export async function ensureTopics(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<EnsuredTopics> {
  const present = new Set(await admin.listTopics());
  const missing = declarations.filter(({ topic }) => !present.has(topic));
  checkCollisions(missing, present);
  if (missing.length > 0) {
    await admin.createTopics({
      // kafkajs's own waiting fails when a broker has not heard of the topic yet.
      waitForLeaders: false,
      topics: missing.map(({ topic, partitions, replicationFactor, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  await awaitLeaders(
    admin,
    missing.map(({ topic }) => topic),
  );
  await checkPartitionCounts(admin, declarations);
  return {
    created: missing.map(({ topic }) => topic),
    existing: declarations.filter(({ topic }) => present.has(topic)).map(({ topic }) => topic),
  };
}

const { ConfigResourceTypes, ConfigSource } = kafkajs;

const RECORD_LIMIT = 'max.message.bytes';

/**
 * Lets topics that are there take records as large as declared, where they take less: an earlier version made them. All else of their
 * configuration stays. @returns the topics that now take larger ones
 */
export async function raiseRecordLimits(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<string[]> {
  if (declarations.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: declarations.map(({ topic: name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const declared = new Map(declarations.map(({ topic, config }) => [topic, Number(config[RECORD_LIMIT])]));
  const raised = resources.flatMap(({ resourceName: name, configEntries }) => {
    const limit = configEntries.find(({ configName }) => configName === RECORD_LIMIT)?.configValue;
    const wanted = declared.get(name)!;
    if (limit === undefined || Number(limit) >= wanted) return [];
    // What is not named goes back to its default.
    const own = configEntries.filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG);
    const kept = own.map(({ configName, configValue }) => [configName, configValue] as const);
    const entries = new Map([...kept, [RECORD_LIMIT, String(wanted)]]);
    return [
      {
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: [...entries].map(([name, value]) => ({ name, value })),
      },
    ];
  });
  if (raised.length > 0) await admin.alterConfigs({ validateOnly: false, resources: raised });
  return raised.map(({ name }) => name);
}

/** Names that differ in `.` and `_` only are the same to Kafka's metrics. */
function checkCollisions(missing: readonly TopicDeclaration[], present: ReadonlySet<string>): void {
  const byMetric = new Map([...present].map((topic) => [metricNameOf(topic), topic]));
  const found = missing.flatMap(({ topic }) => {
    const other = byMetric.get(metricNameOf(topic));
    return other === undefined ? [] : [`${topic} with ${other}`];
  });
  if (found.length === 0) return;
  throw new MessagingError(
    'TOPIC_COLLISION',
    `Kafka takes these topics for the same: ${found.join('; ')}. Delete the other, or take another name or prefix`,
  );
}

/**
 * Waits until every partition is served: a leader is named before it serves, and until then a part of a request is refused, and what
 * is sent again comes twice.
 * @throws {MessagingError} BROKER_UNAVAILABLE (retryable) after 30 s.
 */
export async function awaitLeaders(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadlineMs = Date.now() + leadersDeadlineMs;
  for (const topic of topics) {
    for (let looks = 0; !(await isServed(admin, topic, deadlineMs)); looks++)
      await pause(Math.min(leadersPollMs, 2 ** Math.min(looks, 10)));
  }
}

async function isServed(admin: Admin, topic: string, deadlineMs: number): Promise<boolean> {
  try {
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (cause) {
    if (Date.now() < deadlineMs) return false;
    const message = `${topic}: not all of its partitions are served: ${(cause as Error).message}`;
    throw new MessagingError('BROKER_UNAVAILABLE', message, { cause, retryable: true });
  }
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
