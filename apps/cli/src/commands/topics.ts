import { Command } from 'commander';
import { topicDeclarations } from '@windlass/contracts';
import { createAdmin, ensureTopics, type EnsuredTopics, kafkaConnection, raiseRecordLimits } from '@windlass/messaging';

/** The topics that every hub has; those of a processor are made when it registers. */
const declared = () =>
  topicDeclarations({
    prefix: process.env['WINDLASS_PREFIX'] ?? 'windlass',
    partitions: Number(process.env['WINDLASS_PARTITIONS'] ?? 8),
    teams: (process.env['WINDLASS_TEAMS'] ?? 'default').split(',').map((team) => team.trim()),
    replicationFactor: Number(process.env['WINDLASS_REPLICATION_FACTOR'] ?? 1),
    processors: [],
  });

export function topicsCommand(): Command {
  const topics = new Command('topics').description(
    'the topics of the hub, by WINDLASS_KAFKA_BROKERS, WINDLASS_PREFIX, WINDLASS_PARTITIONS, WINDLASS_TEAMS, WINDLASS_REPLICATION_FACTOR',
  );
  topics
    .command('list')
    .description('print what is declared')
    .action(() => {
      for (const { topic, partitions, config } of declared()) {
        const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`);
        process.stdout.write(`${topic}  partitions=${partitions}  ${settings.join(' ')}\n`);
      }
    });
  topics
    .command('apply')
    .description(
      'make those that are missing, let those that are there take records as large as declared; refuse those with another partition count',
    )
    .action(async () => {
      const { created, existing, raised } = await applyTopics(process.env);
      process.stdout.write(`${created.length} made, ${existing.length} there already\n`);
      if (raised.length > 0) process.stdout.write(`larger records than before: ${raised.join(', ')}\n`);
    });
  return topics;
}

/** Makes the declared topics on the Kafka that the environment names. @throws {MessagingError} TOPIC_MISMATCH */
export async function applyTopics(env: NodeJS.ProcessEnv): Promise<EnsuredTopics & { readonly raised: string[] }> {
  const admin = createAdmin(kafkaConnection(env, 'windlass-cli'));
  await admin.connect();
  try {
    const ensured = await ensureTopics(admin, declared());
    const there = new Set(ensured.existing);
    const raised = await raiseRecordLimits(
      admin,
      declared().filter(({ topic }) => there.has(topic)),
    );
    return { ...ensured, raised };
  } finally {
    await admin.disconnect();
  }
}
