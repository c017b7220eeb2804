import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { topicNames } from '@windlass/contracts';
import { type RunningHub, startHub } from '@windlass/embedded';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';

const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

type Service = keyof RunningHub['urls'];

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real hub as processes, with topics, a database and a folder of its own, for the tests of one file. */
export class TestHub {
  readonly topics;
  readonly dataDir: string;
  private readonly prefix: string;
  private running: RunningHub | undefined;

  /** @param name tells its topics, database and folder from those of other tests */
  constructor(name: string) {
    this.prefix = namespaceOf(name);
    this.topics = topicNames(this.prefix);
    this.dataDir = mkdtempSync(join(tmpdir(), `windlass-${name.replaceAll(' ', '-')}-`));
  }

  /** @param services all of them, unless told */
  async start({ partitions, services }: { partitions: number; services?: readonly Service[] }): Promise<void> {
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    this.running = await startHub({
      env: {
        WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
        WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
        WINDLASS_POSTGRES_URL: await freshDatabase(this.prefix),
      },
      dataDir: this.dataDir,
      settings: { WINDLASS_PREFIX: this.prefix, WINDLASS_PARTITIONS: String(partitions) },
      ...(services && { services }),
    });
  }

  get hub(): RunningHub {
    return this.running!;
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What a service answers. @throws when it refuses. */
  async ask(service: Service, method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.answer(service, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The same, refusals too. */
  async answer(
    service: Service,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: any }> {
    const response = await fetch(`${this.hub.urls[service]}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** The command line, as a person runs it. */
  windlass(...args: readonly string[]): Promise<Ended> {
    const env = { ...process.env, ...this.hub.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: '0' };
    return new Promise((resolve) => {
      execFile(process.execPath, ['--conditions=windlass-source', CLI, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
      );
    });
  }

  /** What it prints. @throws when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.windlass(...args);
    if (code !== 0) throw new Error(`windlass ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}
