import { isName, isPartitionCount, slotCount } from '@windlass/contracts';
import { z } from 'zod';
import { integer, list, setting } from './settings.ts';

const name = z.string().refine(isName, 'must be a name: [a-z][a-z0-9-]*, at most 100 characters');

/** A whole number in a range, from text. */
export const count = ({ min, max }: { readonly min: number; readonly max: number }) =>
  integer.pipe(z.number().min(min).max(max));

/** What every service needs to know: how to reach the servers, which hub it belongs to, where it listens. */
export const hubSettings = ({ httpPort }: { readonly httpPort: number }) => ({
  kafkaBrokers: setting({
    variable: 'WINDLASS_KAFKA_BROKERS',
    schema: list.pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1)),
    meaning: 'Kafka brokers, host:port, comma separated',
  }),
  schemaRegistryUrl: setting({
    variable: 'WINDLASS_SCHEMA_REGISTRY_URL',
    schema: z.url({ protocol: /^https?$/ }),
    meaning: 'Base of the Confluent-compatible API of the schema registry',
  }),
  postgresUrl: setting({
    variable: 'WINDLASS_POSTGRES_URL',
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
    meaning: 'Connection string of the database; the service keeps to its own schema in it',
    secret: true,
  }),
  prefix: setting({
    variable: 'WINDLASS_PREFIX',
    schema: name.default('windlass'),
    meaning: 'First part of every topic, subject and consumer group name, so that several hubs share one Kafka',
  }),
  partitions: setting({
    variable: 'WINDLASS_PARTITIONS',
    schema: integer.refine(isPartitionCount, `must be a power of two, 1 to ${slotCount}`).default(8),
    meaning: 'Partitions of every topic that is keyed by source',
  }),
  teams: setting({
    variable: 'WINDLASS_TEAMS',
    schema: list.pipe(z.array(name).min(1)).default(['default']),
    meaning: 'Teams; each has one result topic',
  }),
  httpHost: setting({
    variable: 'WINDLASS_HTTP_HOST',
    schema: z.string().default('127.0.0.1'),
    meaning: 'Address to listen on; anything but loopback needs WINDLASS_TOKENS_FILE',
  }),
  httpPort: setting({
    variable: 'WINDLASS_HTTP_PORT',
    schema: count({ min: 0, max: 65_535 }).default(httpPort),
    meaning: 'Port to listen on; 0 takes any free one, and the log says which',
  }),
  httpBodyBytes: setting({
    variable: 'WINDLASS_HTTP_BODY_BYTES',
    schema: count({ min: 1024, max: 64 * 1024 * 1024 }).default(1024 * 1024),
    unit: 'bytes',
    meaning: 'Largest request body',
  }),
  tokensFile: setting({
    variable: 'WINDLASS_TOKENS_FILE',
    schema: z.string().optional(),
    meaning:
      'File of bearer tokens, stored hashed; without it nobody is asked who they are, and only loopback is served',
  }),
  logLevel: setting({
    variable: 'WINDLASS_LOG_LEVEL',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    meaning: 'The least important level that is logged',
  }),
});

export type HubSettings = ReturnType<typeof hubSettings>;
