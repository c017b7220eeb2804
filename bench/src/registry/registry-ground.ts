import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startHub, type RunningHub } from '@windlass/embedded';
import type { Bench } from '../bench.ts';
import { memoryOf } from '../measure/processes.ts';
import { waitFor } from '../measure/wait.ts';
import { type BenchDefinitions, type BenchRegistration, definitions, processors } from './large-dag.ts';

const PREFIX = 'bench-registry';
const ANSWER_MS = 60_000;
const TAKEN_MS = 60_000;
const POLL_MS = 2;
const REFUSED = 422;

/** The services that follow the DAG. */
export const FOLLOWERS = ['trigger', 'router'] as const;
export type Follower = (typeof FOLLOWERS)[number];

/** How long one registration took, milliseconds. */
export interface Registered {
  readonly revision: number;
  readonly answerMs: number;
  /** From the answer until a service says that it has this revision. */
  readonly takenMs: Readonly<Record<Follower, number>>;
}

/** A hub with a large DAG and nothing to do: topics and database of its own. */
export class RegistryGround {
  private readonly hub: RunningHub;

  private constructor(hub: RunningHub) {
    this.hub = hub;
  }

  static async start(bench: Bench): Promise<RegistryGround> {
    const { stack, options } = bench;
    const database = PREFIX.replaceAll('-', '_');
    await bench.pool.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await bench.pool.query(`CREATE DATABASE ${database}`);
    const url = new URL(stack.env.WINDLASS_POSTGRES_URL);
    url.pathname = `/${database}`;
    const hub = await startHub({
      env: { ...stack.env, WINDLASS_POSTGRES_URL: url.href },
      dataDir: join(options.dataDir, PREFIX),
      services: ['dag-registry', ...FOLLOWERS],
      settings: { ...bench.settings, WINDLASS_PREFIX: PREFIX },
    });
    const ground = new RegistryGround(hub);
    await ground.send('PUT', '/v1/definitions', definitions);
    for (const processor of processors) await ground.send('POST', '/v1/processors', processor);
    return ground;
  }

  /** Registers a processor and waits until the services have the revision. */
  async register(registration: BenchRegistration): Promise<Registered> {
    const startedMs = performance.now();
    const { revision } = (await this.send('POST', '/v1/processors', registration)) as { revision: number };
    const answeredMs = performance.now();
    const taken = FOLLOWERS.map(async (name) => [name, (await this.taken(name, revision)) - answeredMs] as const);
    const takenMs = Object.fromEntries(await Promise.all(taken)) as Registered['takenMs'];
    return { revision, answerMs: answeredMs - startedMs, takenMs };
  }

  /** @returns how long it takes to be told what is wrong with a registration, milliseconds. @throws Error when nothing is. */
  async refused(registration: BenchRegistration): Promise<number> {
    const startedMs = performance.now();
    const { status, text } = await this.ask('POST', '/v1/processors', registration);
    const answeredMs = performance.now();
    if (status !== REFUSED)
      throw new Error(`${registration.name} was answered with ${status}: ${text.slice(0, 2_000)}`);
    return answeredMs - startedMs;
  }

  /** @returns how long a dry run of a whole definitions file takes, milliseconds. */
  async plan(file: BenchDefinitions): Promise<number> {
    const startedMs = performance.now();
    await this.send('POST', '/v1/definitions/plan', file);
    return performance.now() - startedMs;
  }

  /** Resident memory of the services, MB. */
  memory(): Readonly<Record<'dag-registry' | Follower, number>> {
    const of = (name: 'dag-registry' | Follower) => memoryOf(this.hub.services[name].pid).rssMb;
    return { 'dag-registry': of('dag-registry'), trigger: of('trigger'), router: of('router') };
  }

  /** Until processes do nothing. */
  async rest(): Promise<void> {
    await delay(500);
  }

  async stop(): Promise<void> {
    await this.hub.stop();
  }

  private async taken(name: Follower, revision: number): Promise<number> {
    const told = new RegExp(`revision (\\d+)`);
    return waitFor(
      async () => {
        const text = await (await fetch(`${this.hub.urls[name]}/readyz`)).text();
        return Number(told.exec(text)?.[1] ?? 0) >= revision ? performance.now() : undefined;
      },
      { deadlineMs: TAKEN_MS, pollMs: POLL_MS, what: `revision ${revision} in ${name}` },
    );
  }

  private async send(method: string, path: string, body: unknown): Promise<unknown> {
    const { ok, status, text } = await this.ask(method, path, body);
    if (!ok) throw new Error(`${method} ${path} was answered with ${status}: ${text.slice(0, 2_000)}`);
    return JSON.parse(text);
  }

  private async ask(method: string, path: string, body: unknown) {
    const response = await fetch(`${this.hub.urls['dag-registry']}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  }
}
