import type { Notice, RegistryEntry } from '@windlass/contracts';
import { topicNames } from '@windlass/contracts';
import { applyEntry, emptyRegistryView, type RegistryView } from '@windlass/dag';
import { followCompacted } from '@windlass/messaging';
import { startService } from '@windlass/service';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { Writable } from 'node:stream';
import pg from 'pg';
import { dagRegistryService } from './service.ts';

/** Logs are seen with WINDLASS_TEST_VERBOSE=1. */
const logStream = () =>
  process.env['WINDLASS_TEST_VERBOSE'] ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() });

export interface Answer {
  readonly status: number;
  readonly body: any;
}

interface GroundPlace {
  readonly prefix: string;
  /** `postgresUrl`: of a database of the test's own. */
  readonly stack: {
    readonly kafkaBrokers: readonly string[];
    readonly schemaRegistryUrl: string;
    readonly postgresUrl: string;
  };
  readonly env?: Readonly<Record<string, string>>;
}

/** One hub's registry for one test: its own topics and database on the shared servers. */
export class RegistryGround {
  readonly prefix: string;
  readonly env: Readonly<Record<string, string>>;
  private readonly closing: (() => Promise<void>)[] = [];

  private constructor(prefix: string, env: Readonly<Record<string, string>>) {
    this.prefix = prefix;
    this.env = env;
  }

  static make({ prefix, stack, env = {} }: GroundPlace): RegistryGround {
    return new RegistryGround(prefix, {
      WINDLASS_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: stack.postgresUrl,
      WINDLASS_PREFIX: prefix,
      WINDLASS_PARTITIONS: '2',
      WINDLASS_TEAMS: 'default,blue',
      WINDLASS_HTTP_PORT: '0',
      // Nobody listens there (the discard port): what others know is not known.
      WINDLASS_TRIGGER_URL: 'http://127.0.0.1:9',
      WINDLASS_ROUTER_URL: 'http://127.0.0.1:9',
      ...env,
    });
  }

  async start(): Promise<RegistryClient> {
    const service = await startService(dagRegistryService, { env: this.env, logStream: logStream() });
    this.closing.push(() => service.stop());
    return new RegistryClient(service.url, () => service.stop());
  }

  /** Everything on the registry topic now. */
  async view(): Promise<RegistryView> {
    const entries = await this.entries();
    return entries.reduce(applyEntry, emptyRegistryView);
  }

  async entries(): Promise<readonly RegistryEntry[]> {
    const entries: RegistryEntry[] = [];
    const following = followCompacted({
      kafka: { brokers: this.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' },
      registryUrl: this.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
      prefix: this.prefix,
      topic: topicNames(this.prefix).registry,
      family: 'registry',
      apply: ({ value }) => value && entries.push(value),
    });
    await following.caughtUp;
    await following.stop();
    return entries;
  }

  /** Everything on the notices topic now. */
  async notices(): Promise<readonly Notice[]> {
    const notices: Notice[] = [];
    const following = followCompacted({
      kafka: this.kafka,
      registryUrl: this.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
      prefix: this.prefix,
      topic: topicNames(this.prefix).notices,
      family: 'notices',
      apply: ({ value }) => value && notices.push(value),
    });
    await following.caughtUp;
    await following.stop();
    return notices;
  }

  get kafka() {
    return { brokers: this.env['WINDLASS_KAFKA_BROKERS']!.split(','), clientId: 'test' };
  }

  /** Runs one statement in its database. */
  async sql(statement: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: this.env['WINDLASS_POSTGRES_URL']! });
    await client.connect();
    try {
      return (await client.query(statement)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
  }
}

/** On the test stack, with a database of the test's own; `test` is a name that no other test of the file gives. */
export async function makeGround(test: string, env: Readonly<Record<string, string>> = {}): Promise<RegistryGround> {
  const prefix = namespaceOf(test);
  const stack = { ...(await testStack()), postgresUrl: await freshDatabase(prefix) };
  return RegistryGround.make({ prefix, stack, env });
}

/** What a processor, or a person, sends. */
export class RegistryClient {
  readonly url: string;
  readonly stop: () => Promise<void>;
  private readonly why: string | undefined;

  constructor(url: string, stop: () => Promise<void>, why?: string) {
    this.url = url;
    this.stop = stop;
    this.why = why;
  }

  get = (path: string): Promise<Answer> => this.send('GET', path);
  register = (body: unknown, token?: string): Promise<Answer> => this.send('POST', '/v1/processors', body, token);
  apply = (body: unknown, query = ''): Promise<Answer> => this.send('PUT', `/v1/definitions${query}`, body);
  put = (path: string, body: unknown, token?: string): Promise<Answer> => this.send('PUT', path, body, token);
  patch = (path: string, body: unknown, token?: string): Promise<Answer> => this.send('PATCH', path, body, token);
  post = (path: string, body: unknown, token?: string): Promise<Answer> => this.send('POST', path, body, token);
  delete = (path: string, token?: string): Promise<Answer> => this.send('DELETE', path, undefined, token);
  /** The same client, which says why. */
  saying = (why: string): RegistryClient => new RegistryClient(this.url, this.stop, why);

  async send(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(this.why ? { 'windlass-why': encodeURIComponent(this.why) } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
}

export const life = {
  name: 'life',
  version: 1,
  reads: ['sample'],
  open: { startStop: { signal: 'life', maxDuration: '1d' } },
};
export const cycle = {
  name: 'cycle',
  version: 1,
  parent: 'life@1',
  reads: ['sample'],
  open: { fixed: { size: '2s' } },
  policy: { allowedLateness: '10s' },
};
export const algorithm = (name: string, more: object = {}) => ({
  name,
  version: 1,
  windows: ['cycle@1'],
  result: 'double',
  ...more,
});
export const processor = (name: string, algorithms: readonly object[] = [algorithm(`${name}-indicator`)]) => ({
  name,
  version: '1.0.0',
  algorithms,
});
