import { mkdirSync, rmSync } from 'node:fs';
import { startEmbedded, startHub, type EmbeddedStack, type RunningHub } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import type { Admin, Kafka } from 'kafkajs';
import pg from 'pg';
import { prepareBare, startBarePipeline } from './bare/bare-pipeline.ts';
import { startHubPipeline } from './hub/hub-pipeline.ts';
import type { Options } from './options.ts';
import type { Run } from './pane.ts';
import type { Pipeline } from './pipeline.ts';
import type { Scenario } from './scenario.ts';

export const PARTITIONS = 8;

/** Servers and services under measurement, and the connections by which they are asked. */
export class Bench {
  readonly options: Options;
  readonly say: (line: string) => void;
  stack!: EmbeddedStack;
  hub!: RunningHub;
  kafka!: Kafka;
  admin!: Admin;
  pool!: pg.Pool;
  /** Begins elsewhere each time: a folder may hold the windows of an earlier bench. */
  private lastRun = Math.floor(Date.now() / 1000) % 500_000;

  constructor(options: Options, say: (line: string) => void) {
    this.options = options;
    this.say = say;
  }

  /** Starts servers and services. @returns how long each took, seconds. */
  async start(): Promise<{ readonly stackSeconds: number; readonly servicesSeconds: number }> {
    const { dataDir, profile } = this.options;
    if (profile !== undefined) mkdirSync(profile, { recursive: true });
    const startedMs = performance.now();
    this.stack = await startEmbedded({ dataDir });
    const stackMs = performance.now();
    this.hub = await startHub({
      env: this.stack.env,
      dataDir,
      settings: this.settings,
    });
    const readyMs = performance.now();
    this.kafka = createKafka(kafkaConnection(this.hub.env, 'bench'));
    this.admin = this.kafka.admin();
    await this.admin.connect();
    this.pool = new pg.Pool({ connectionString: this.stack.env.WINDLASS_POSTGRES_URL, max: 4 });
    this.pool.on('error', () => undefined);
    return { stackSeconds: (stackMs - startedMs) / 1000, servicesSeconds: (readyMs - stackMs) / 1000 };
  }

  /** Of all services. */
  get settings(): Readonly<Record<string, string>> {
    const { profile } = this.options;
    return {
      WINDLASS_PARTITIONS: String(PARTITIONS),
      WINDLASS_LOG_LEVEL: 'warn',
      ...(profile !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
    };
  }

  async stop(): Promise<void> {
    await this.pool?.end();
    await this.admin?.disconnect();
    await this.hub?.stop();
    await this.stack?.stop();
  }

  removeData(): void {
    if (this.options.isTemporary) rmSync(this.options.dataDir, { recursive: true, force: true });
  }

  /** What pipelines are started on. */
  get parts(): { readonly hub: RunningHub; readonly partitions: number; readonly pool: pg.Pool } {
    return { hub: this.hub, partitions: PARTITIONS, pool: this.pool };
  }

  prepareBare(): Promise<void> {
    return prepareBare(this.parts);
  }

  /** The hub, and the bare pipeline beside it unless it was not asked for. */
  async pipelines(scenario: Scenario): Promise<Pipeline[]> {
    const hub = await startHubPipeline(this.parts, scenario);
    return this.options.bare ? [hub, await startBarePipeline(this.parts, scenario)] : [hub];
  }

  run(scenario: Scenario, windows: number): Run {
    this.lastRun += 1;
    return { scenario, number: this.lastRun, windows };
  }

  /** So that no run pays for the writes of the one before. */
  async settle(): Promise<void> {
    await this.pool.query('CHECKPOINT');
  }
}
