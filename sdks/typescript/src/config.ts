import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { ConfigError } from './errors.ts';
import type { LogLevel } from './log.ts';

export interface SpokeConfig {
  readonly brokers: readonly string[];
  readonly tls?: ConnectionOptions;
  readonly sasl?: SASLOptions;
  /** Confluent-compatible API, for instance `http://127.0.0.1:8081/apis/ccompat/v7`. */
  readonly schemaRegistryUrl: string;
  readonly hubUrl: string;
  /** Where results are that travel by reference. Default: what the hub tells. */
  readonly resultCollectorUrl?: string;
  /** Bearer token for the hub. */
  readonly token?: string;
  /** Worker threads; 0: algorithms run on the main thread. */
  readonly workers: number;
  readonly logLevel: LogLevel;
  /** Unique name of this process. */
  readonly instance: string;
  /** Silence after which Kafka gives the tasks of this process to others. */
  readonly sessionTimeoutMs: number;
  /** How long running work may take to finish when stopping, before it is handed back. */
  readonly drainTimeoutMs: number;
  /** Where `/healthz` and `/readyz` are served; absent: nowhere. Port 0: any free one, which the log says. */
  readonly health?: { readonly host: string; readonly port: number };
}

type Env = Readonly<Record<string, string | undefined>>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];
const LEVELS = ['debug', 'info', 'warn', 'error'];

/**
 * WINDLASS_KAFKA_BROKERS (host:port, comma separated), WINDLASS_SCHEMA_REGISTRY_URL, WINDLASS_HUB_URL (default
 * http://127.0.0.1:4100), WINDLASS_RESULT_COLLECTOR_URL (default: what the hub tells), WINDLASS_TOKEN, WINDLASS_WORKERS (default: cores − 1, at least 1), WINDLASS_LOG_LEVEL (info), WINDLASS_INSTANCE (default: host
 * and a random part), WINDLASS_SESSION_TIMEOUT_MS (6000), WINDLASS_DRAIN_TIMEOUT_MS (25000), WINDLASS_HEALTH_PORT (none: not served) and
 * WINDLASS_HEALTH_HOST (127.0.0.1); WINDLASS_KAFKA_TLS=1 with WINDLASS_KAFKA_CA_FILE, _CERT_FILE, _KEY_FILE (PEM); WINDLASS_KAFKA_SASL_MECHANISM
 * (plain, scram-sha-256, scram-sha-512), WINDLASS_KAFKA_USERNAME, WINDLASS_KAFKA_PASSWORD or _PASSWORD_FILE.
 * @throws ConfigError naming the variable.
 */
export function configOf(env: Env): SpokeConfig {
  const token = env['WINDLASS_TOKEN'];
  const resultCollectorUrl = env['WINDLASS_RESULT_COLLECTOR_URL'];
  const tls = tlsOf(env);
  const sasl = saslOf(env);
  const port = whole(env, 'WINDLASS_HEALTH_PORT', { least: 0, most: 65_535 });
  return {
    brokers: required(env, 'WINDLASS_KAFKA_BROKERS')
      .split(',')
      .map((broker) => broker.trim()),
    schemaRegistryUrl: required(env, 'WINDLASS_SCHEMA_REGISTRY_URL').replace(/\/$/, ''),
    hubUrl: (env['WINDLASS_HUB_URL'] || 'http://127.0.0.1:4100').replace(/\/$/, ''),
    ...(resultCollectorUrl && { resultCollectorUrl: resultCollectorUrl.replace(/\/$/, '') }),
    ...(token && { token }),
    ...(tls && { tls }),
    ...(sasl && { sasl }),
    workers: whole(env, 'WINDLASS_WORKERS', { least: 0, most: MAX_WORKERS }) ?? Math.max(1, availableParallelism() - 1),
    logLevel: oneOf(env, 'WINDLASS_LOG_LEVEL', LEVELS, 'info') as LogLevel,
    instance: env['WINDLASS_INSTANCE'] || `${hostname()}-${randomBytes(4).toString('hex')}`,
    sessionTimeoutMs: whole(env, 'WINDLASS_SESSION_TIMEOUT_MS', { least: 1_000, most: HOUR_MS }) ?? SESSION_TIMEOUT_MS,
    drainTimeoutMs: whole(env, 'WINDLASS_DRAIN_TIMEOUT_MS', { least: 0, most: HOUR_MS }) ?? DRAIN_TIMEOUT_MS,
    ...(port !== undefined && { health: { host: env['WINDLASS_HEALTH_HOST'] || '127.0.0.1', port } }),
  };
}

function required(env: Env, name: string): string {
  const value = env[name]?.trim();
  if (!value) throw new ConfigError(`${name} is not set`);
  return value;
}

function oneOf(env: Env, name: string, allowed: readonly string[], fallback: string): string {
  const value = env[name] || fallback;
  if (!allowed.includes(value)) throw new ConfigError(`${name} is '${value}'; possible are ${allowed.join(', ')}`);
  return value;
}

const MAX_WORKERS = 256;
const SESSION_TIMEOUT_MS = 6_000;
const DRAIN_TIMEOUT_MS = 25_000;
const HOUR_MS = 3_600_000;

function whole(env: Env, name: string, { least, most }: { least: number; most: number }): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new ConfigError(`${name} is '${text}'; possible are ${least} to ${most}`);
}

function tlsOf(env: Env): ConnectionOptions | undefined {
  const ca = fileOf(env, 'WINDLASS_KAFKA_CA_FILE');
  const cert = fileOf(env, 'WINDLASS_KAFKA_CERT_FILE');
  const key = fileOf(env, 'WINDLASS_KAFKA_KEY_FILE');
  const wanted = env['WINDLASS_KAFKA_TLS'] === '1' || ca || cert;
  return wanted ? { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } : undefined;
}

function saslOf(env: Env): SASLOptions | undefined {
  if (!env['WINDLASS_KAFKA_SASL_MECHANISM']) return undefined;
  const mechanism = oneOf(env, 'WINDLASS_KAFKA_SASL_MECHANISM', MECHANISMS, '');
  const username = required(env, 'WINDLASS_KAFKA_USERNAME');
  const password = fileOf(env, 'WINDLASS_KAFKA_PASSWORD_FILE')?.trimEnd() ?? required(env, 'WINDLASS_KAFKA_PASSWORD');
  return { mechanism, username, password } as SASLOptions;
}

function fileOf(env: Env, name: string): string | undefined {
  const path = env[name];
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${name}: cannot read ${path}`, { cause });
  }
}
