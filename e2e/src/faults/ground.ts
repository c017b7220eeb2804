import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { topicNames } from '@windlass/contracts';
import { type EmbeddedStack, type RunningHub, type ServiceName, startHub } from '@windlass/embedded';
import { createPublisher, type HubPublisher, type KafkaConnection, kafkaConnection } from '@windlass/messaging';
import { eventually } from '@windlass/testing';
import pg from 'pg';
import { diceOf } from './dice.ts';
import type { LeaseSample } from './facts.ts';
import { Known, stageNames } from './known.ts';
import { Pacer } from './pacer.ts';
import { RegistryChanges } from './registry-changes.ts';
import { Spoke } from './spoke.ts';
import { Tail } from './tail.ts';
import { definitionsFor, type Kind, SOURCES, workersOf } from './work.ts';

const PARTITIONS = 8;
const START_DEADLINE_MS = 180_000;
const SAMPLE_MS = 250;

/** What a scenario wants to be there before anything goes wrong. */
export interface Shape {
  /** Default: one of each. */
  readonly instances?: Partial<Record<ServiceName, number>>;
  /** Of each processor. Default: one. */
  readonly spokes?: number;
  /** How long each algorithm takes. Default 0. */
  readonly workMs?: number;
  /** Windows a second. */
  readonly rate: number;
  /** Of a source, by its number. Default: all pumps. */
  readonly kindOf?: (source: number) => Kind;
}

export interface GroundOptions {
  readonly stack: EmbeddedStack;
  /** Of the scenario: topics, database and logs are named after it. */
  readonly name: string;
  readonly dataDir: string;
  readonly seed: number;
  readonly shape: Shape;
  /** One line for a person at a time. */
  readonly say: (line: string) => void;
}

/** One process of a service. */
export interface Instance {
  readonly service: ServiceName;
  readonly pid: number;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** The whole hub on real servers, with spokes, a paced stream of signals, and an eye on what is told and written. */
export class Ground {
  readonly options: GroundOptions;
  readonly dice: () => number;
  readonly leases: LeaseSample[] = [];
  readonly spokes: Spoke[] = [];
  readonly instances: Instance[] = [];
  readonly changes = new RegistryChanges(this);
  hub!: RunningHub;
  tail!: Tail;
  known!: Known;
  pacer!: Pacer;
  #publisher!: HubPublisher;
  readonly #closed = new AbortController();
  #sampling: Promise<void> | undefined;

  constructor(options: GroundOptions) {
    this.options = options;
    this.dice = diceOf(options.seed);
  }

  get prefix(): string {
    return `faults-${this.options.name}`;
  }

  get kafka(): KafkaConnection {
    return kafkaConnection(this.hub.env, 'faults');
  }

  /** Everything up, and the stream begun. */
  async start(): Promise<void> {
    const { stack, dataDir, name, shape } = this.options;
    const { kindOf = () => 'pump' } = shape;
    const postgresUrl = await makeDatabase(stack.env.WINDLASS_POSTGRES_URL, this.prefix);
    this.hub = await startHub({
      env: { ...stack.env, WINDLASS_POSTGRES_URL: postgresUrl },
      dataDir: join(dataDir, name),
      settings: { WINDLASS_PREFIX: this.prefix, WINDLASS_PARTITIONS: String(PARTITIONS), WINDLASS_LOG_LEVEL: 'info' },
    });
    await this.#startInstances(shape.instances ?? {});
    this.known = new Known(postgresUrl, PARTITIONS);
    await this.ask('dag-registry', 'PUT', '/v1/definitions', definitionsFor(kindOf));
    await this.#startSpokes(shape);
    const names = topicNames(this.prefix);
    this.tail = new Tail({ kafka: this.kafka, names, groupId: `${this.prefix}.tail` });
    await this.tail.start();
    this.#publisher = await createPublisher({
      ...{ kafka: this.kafka, registryUrl: this.hub.env['WINDLASS_SCHEMA_REGISTRY_URL']!, source: 'faults' },
      hub: { prefix: this.prefix, partitions: PARTITIONS, teams: ['default'] },
      families: ['signals'],
    });
    this.pacer = new Pacer({ publisher: this.#publisher, topic: names.signals, rate: shape.rate, kindOf });
    this.#sampling = this.#sample();
    this.pacer.start();
  }

  instancesOf(service: ServiceName): Instance[] {
    return this.instances.filter((one) => one.service === service);
  }

  /** A number from 0 up to this, by the seed. */
  pick(below: number): number {
    return Math.floor(this.dice() * below);
  }

  async ask(service: ServiceName, method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${this.hub.urls[service]}${path}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async stop(): Promise<void> {
    this.#closed.abort();
    this.pacer?.stop();
    await this.#sampling;
    await this.#publisher?.close();
    await this.tail?.stop();
    await Promise.all(this.spokes.map((spoke) => spoke.stop()));
    await this.known?.close();
    await this.hub?.stop();
  }

  /** One more instance of a service. */
  async addInstance(service: ServiceName): Promise<Instance> {
    const started = await this.hub.startInstance(service);
    const instance: Instance = {
      service,
      get pid() {
        return started.handle.pid;
      },
      kill: () => started.handle.kill(),
      stop: () => started.handle.stop(),
      restart: () => started.restart(),
    };
    this.instances.push(instance);
    return instance;
  }

  async #startInstances(wanted: Partial<Record<ServiceName, number>>): Promise<void> {
    const { hub } = this;
    for (const service of Object.keys(hub.services) as ServiceName[]) {
      this.instances.push({
        service,
        get pid() {
          return hub.services[service].pid;
        },
        kill: () => hub.services[service].kill(),
        stop: () => hub.services[service].stop(),
        restart: () => hub.restart(service),
      });
      for (let n = 1; n < (wanted[service] ?? 1); n++) await this.addInstance(service);
    }
  }

  async #startSpokes({ spokes = 1, workMs = 0, kindOf = () => 'pump' }: Shape): Promise<void> {
    const kinds = new Set(Array.from({ length: SOURCES }, (_, source) => kindOf(source)));
    const workers = [...kinds].flatMap((kind) => workersOf[kind]);
    for (const { processor } of workers)
      for (let n = 1; n <= spokes; n++)
        this.spokes.push(new Spoke({ hub: this.hub, processor, instance: `${processor}-${n}`, workMs }));
    for (const spoke of this.spokes) await spoke.start();
    await eventually(
      async () => {
        const { algorithms } = await this.ask('dag-registry', 'GET', '/v1/dag');
        return algorithms.length === workers.length;
      },
      { deadlineMs: START_DEADLINE_MS, describe: 'the registration of all processors' },
    );
  }

  /** Owners of all partitions, again and again: what the checker sees of fences. */
  async #sample(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      for (const stage of stageNames) this.leases.push(...(await this.known.leases(stage).catch(() => [])));
      await delay(SAMPLE_MS);
    }
  }
}

async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
