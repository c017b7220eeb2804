import { kafkaConnection, RegistryClient, createKafka } from '@windlass/messaging';
import { compatibilityOf, schemaOf, subjectOf, type SchemaFamily } from '@windlass/contracts';
import type { Kafka } from 'kafkajs';
import pg from 'pg';

/** First part of the bare pipeline's topics, subjects and groups, and its schema in Postgres. */
export const PREFIX = 'bare';

export const kafkaOf = (name: string): Kafka => createKafka(kafkaConnection(process.env, `bare-${name}`));

/** As the hub's stages have it: connections in pipeline mode, one for each transaction that may be under way. */
export function poolOf(): pg.Pool {
  const config: pg.PoolConfig & { pipeline: boolean } = {
    connectionString: process.env['WINDLASS_POSTGRES_URL'],
    max: 4,
    options: `-c search_path=${PREFIX}`,
    pipeline: true,
  };
  return new pg.Pool(config);
}

/** Ids of the schemas in the registry: the bare pipeline's records have the hub's bytes. */
export async function schemaIds<F extends SchemaFamily>(families: readonly F[]): Promise<Readonly<Record<F, number>>> {
  const registry = new RegistryClient(process.env['WINDLASS_SCHEMA_REGISTRY_URL']!);
  const ids: Partial<Record<F, number>> = {};
  for (const family of families) {
    const request = {
      subject: subjectOf(PREFIX, family),
      schema: schemaOf(family),
      compatibility: compatibilityOf(family),
    };
    ids[family] = await registry.register(request);
  }
  return ids as Record<F, number>;
}

/** Ends the program when it is told to. */
export function untilStopped(stop: () => Promise<void>): void {
  process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));
}
