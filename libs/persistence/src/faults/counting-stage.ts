import { topicNames, type Family } from '@windlass/contracts';
import {
  createStage,
  type Log,
  type Stage,
  type StageLimits,
  type StageMetrics,
  type StageProbe,
} from '@windlass/messaging';
import { createDatabase, type Database } from '../database.ts';
import { stageMigrations } from '../stage-migration.ts';
import { CountingHandler, CountingTables1763856000001 } from './counting-handler.ts';

/** Where a counting stage works; can be sent to another process. */
export interface CountingPlace {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly postgresUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  readonly families: readonly Family[];
  readonly limits?: Partial<StageLimits>;
  /** A topic whose records are no reason for a batch. */
  readonly patientTopic?: string;
  /** See `StageOptions.place`. */
  readonly at?: string;
}

export const countingName = 'counting';

/** Short enough that a test does not wait for a dead member. */
const testLimits: Partial<StageLimits> = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 300,
  maxWaitMs: 100,
  offsetCommitMs: 500,
  missingTopicMs: 1_000,
  backoff: { firstMs: 20, maxMs: 500 },
};

export interface CountingStage {
  readonly stage: Stage;
  readonly database: Database;
  stop(): Promise<void>;
}

/** Starts a member of the counting stage. */
export async function startCounting(
  place: CountingPlace,
  extra: {
    readonly probe?: StageProbe;
    readonly log?: Log;
    readonly metrics?: StageMetrics;
    readonly onFatal?: (error: unknown) => void;
  } = {},
): Promise<CountingStage> {
  const database = await createDatabase({
    url: place.postgresUrl,
    schema: 'counting',
    migrations: [...stageMigrations, CountingTables1763856000001],
    ...(extra.log && { log: extra.log }),
  });
  const stage = createStage({
    name: countingName,
    families: place.families,
    handler: new CountingHandler({
      noticesTopic: topicNames(place.prefix).notices,
      partitions: place.partitions,
      patientTopic: place.patientTopic,
      load: async (slots) => {
        const unit = await database.stageStore.begin();
        try {
          const rows = await unit.query<Record<'slot' | 'key' | 'family' | 'count' | 'digest' | 'fired', string>>(
            'SELECT * FROM tally WHERE slot = ANY ($1::smallint[])',
            [slots],
          );
          return rows.map(({ slot, key, family, count, digest, fired }) => ({
            slot: Number(slot),
            key,
            family,
            count: Number(count),
            digest: Number(digest),
            fired: Number(fired),
          }));
        } finally {
          await unit.rollback();
        }
      },
    }),
    kafka: { brokers: place.brokers, clientId: countingName },
    registryUrl: place.registryUrl,
    hub: { prefix: place.prefix, partitions: place.partitions, teams: ['default'] },
    store: database.stageStore,
    place: place.at,
    limits: { ...testLimits, ...place.limits },
    ...extra,
  });
  await stage.start();
  return {
    stage,
    database,
    stop: async () => {
      await stage.stop();
      await database.close();
    },
  };
}
