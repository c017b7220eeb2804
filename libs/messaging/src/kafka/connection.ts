import { readFileSync } from 'node:fs';
import type { SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { MessagingError } from '../errors.ts';

/** How to reach Kafka. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** Seen in the broker's logs and quotas. */
  readonly clientId: string;
  readonly tls?: ConnectionOptions;
  readonly sasl?: SASLOptions;
}

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
type Mechanism = (typeof mechanisms)[number];

/**
 * Reads WINDLASS_KAFKA_BROKERS (host:port, comma separated); WINDLASS_KAFKA_TLS=1 with WINDLASS_KAFKA_CA_FILE,
 * WINDLASS_KAFKA_CERT_FILE and WINDLASS_KAFKA_KEY_FILE (PEM); WINDLASS_KAFKA_SASL_MECHANISM (plain, scram-sha-256,
 * scram-sha-512), WINDLASS_KAFKA_USERNAME, and WINDLASS_KAFKA_PASSWORD or WINDLASS_KAFKA_PASSWORD_FILE.
 * @throws {MessagingError} STAGE_MISCONFIGURED naming the variable.
 */
export function kafkaConnection(env: Readonly<Record<string, string | undefined>>, clientId: string): KafkaConnection {
  const brokers = (env['WINDLASS_KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter(Boolean);
  if (brokers.length === 0) throw misconfigured('WINDLASS_KAFKA_BROKERS must name at least one host:port');
  const tls = tlsOf(env);
  const sasl = saslOf(env);
  return { brokers, clientId, ...(tls && { tls }), ...(sasl && { sasl }) };
}

function tlsOf(env: Readonly<Record<string, string | undefined>>): ConnectionOptions | undefined {
  const ca = pem(env, 'WINDLASS_KAFKA_CA_FILE');
  const cert = pem(env, 'WINDLASS_KAFKA_CERT_FILE');
  const key = pem(env, 'WINDLASS_KAFKA_KEY_FILE');
  const wanted = env['WINDLASS_KAFKA_TLS'] === '1' || ca || cert;
  return wanted ? { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } : undefined;
}

function saslOf(env: Readonly<Record<string, string | undefined>>): SASLOptions | undefined {
  const mechanism = env['WINDLASS_KAFKA_SASL_MECHANISM'];
  if (!mechanism) return undefined;
  if (!mechanisms.includes(mechanism as Mechanism)) {
    throw misconfigured(`WINDLASS_KAFKA_SASL_MECHANISM is ${mechanism}; possible are ${mechanisms.join(', ')}`);
  }
  const username = env['WINDLASS_KAFKA_USERNAME'];
  const password = env['WINDLASS_KAFKA_PASSWORD'] || pem(env, 'WINDLASS_KAFKA_PASSWORD_FILE')?.trimEnd();
  if (!username || !password) {
    throw misconfigured(
      'WINDLASS_KAFKA_SASL_MECHANISM needs WINDLASS_KAFKA_USERNAME and WINDLASS_KAFKA_PASSWORD(_FILE)',
    );
  }
  return { mechanism: mechanism as Mechanism, username, password } as SASLOptions;
}

function pem(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const path = env[name];
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MessagingError('STAGE_MISCONFIGURED', `${name}: cannot read ${path}`, { cause });
  }
}

const misconfigured = (message: string) => new MessagingError('STAGE_MISCONFIGURED', message);
