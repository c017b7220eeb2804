import { join } from 'node:path';
import { headerNames, topicNames } from '@windlass/contracts';
import { startHub, type RunningHub } from '@windlass/embedded';
import { createPublisher, kafkaConnection, type HubPublisher } from '@windlass/messaging';
import pg from 'pg';
import { PARTITIONS, type Bench } from '../bench.ts';
import { definitionsOf, settingsOf, signalOf, type Load } from './load.ts';

/** Signals that are published at once. */
const CHUNK = 10_000;
const ANSWER_MS = 60_000;

/** A hub of one window type, without what comes after the trigger: topics, database, registry and trigger of its own. */
export class TriggerGround {
  readonly load: Load;
  readonly pool: pg.Pool;
  readonly topics: ReturnType<typeof topicNames>;
  private readonly bench: Bench;
  private readonly hub: RunningHub;
  private readonly publisher: HubPublisher;
  /** Signals of the load that were published. */
  private sent = 0;

  private constructor(parts: { bench: Bench; load: Load; hub: RunningHub; pool: pg.Pool; publisher: HubPublisher }) {
    this.bench = parts.bench;
    this.load = parts.load;
    this.hub = parts.hub;
    this.pool = parts.pool;
    this.publisher = parts.publisher;
    this.topics = topicNames(prefixOf(parts.load));
  }

  static async start(bench: Bench, load: Load): Promise<TriggerGround> {
    const { stack, options } = bench;
    const database = prefixOf(load).replaceAll('-', '_');
    await bench.pool.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await bench.pool.query(`CREATE DATABASE ${database}`);
    const url = new URL(stack.env.WINDLASS_POSTGRES_URL);
    url.pathname = `/${database}`;
    const hub = await startHub({
      env: { ...stack.env, WINDLASS_POSTGRES_URL: url.href },
      dataDir: join(options.dataDir, load.name),
      services: ['dag-registry', 'trigger'],
      settings: { ...bench.settings, ...settingsOf(load), WINDLASS_PREFIX: prefixOf(load) },
    });
    const pool = new pg.Pool({ connectionString: url.href, max: 2 });
    pool.on('error', () => undefined);
    const publisher = await createPublisher({
      kafka: kafkaConnection(hub.env, 'bench'),
      registryUrl: stack.env.WINDLASS_SCHEMA_REGISTRY_URL,
      hub: { prefix: prefixOf(load), partitions: PARTITIONS, teams: ['default'] },
      source: 'bench',
      families: ['signals'],
    });
    const ground = new TriggerGround({ bench, load, hub, pool, publisher });
    await ground.define();
    return ground;
  }

  get triggerPid(): number {
    return this.hub.services.trigger.pid;
  }

  /** Publishes the next signals of the load. */
  async publish(signals: number): Promise<void> {
    for (let left = signals; left > 0; left -= CHUNK) {
      const messages = Array.from({ length: Math.min(left, CHUNK) }, () => {
        const value = signalOf(this.load, this.sent++);
        return {
          topic: this.topics.signals,
          family: 'signals',
          key: value.source,
          value,
          headers: { [headerNames.id]: value.id },
        };
      });
      await this.publisher.publish(messages);
    }
  }

  stopTrigger(): Promise<void> {
    return this.hub.services.trigger.stop();
  }

  /** @returns seconds until it says that it is ready. */
  async startTrigger(): Promise<number> {
    const startedMs = performance.now();
    await this.hub.restart('trigger');
    return (performance.now() - startedMs) / 1000;
  }

  /** Next offset to read, by partition. */
  async positions(): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ partition: number; next: number }>(
      'SELECT partition, next_offset::float8 AS next FROM trigger.stage_position WHERE topic = $1',
      [this.topics.signals],
    );
    const next = new Map(rows.map((row) => [row.partition, row.next]));
    return Array.from({ length: PARTITIONS }, (_, partition) => next.get(partition) ?? 0);
  }

  /** Ends of the signals topic, by partition. */
  async ends(): Promise<readonly number[]> {
    const offsets = await this.bench.admin.fetchTopicOffsets(this.topics.signals);
    const high = new Map(offsets.map((one) => [one.partition, Number(one.high)]));
    return Array.from({ length: PARTITIONS }, (_, partition) => high.get(partition) ?? 0);
  }

  /** Sources that have a row in the store. */
  async sources(): Promise<number> {
    const { rows } = await this.pool.query<{ known: number }>(
      'SELECT count(*)::integer AS known FROM trigger.source_states',
    );
    return rows[0]!.known;
  }

  /** Sources that are parked. */
  async parked(): Promise<string[]> {
    const { rows } = await this.pool.query<{ source: string }>(
      'SELECT source FROM trigger.parked_sources WHERE released_at_us IS NULL',
    );
    return rows.map(({ source }) => source);
  }

  /** Open windows of one source, as the service tells. */
  async openWindowsOf(source: string): Promise<number> {
    const answer = await fetch(`${this.hub.urls.trigger}/v1/watermarks?source=${source}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`the watermarks of ${source} were answered with ${answer.status}`);
    const { watermarks } = (await answer.json()) as { watermarks: { openWindows: number }[] };
    return watermarks.reduce((sum, { openWindows }) => sum + openWindows, 0);
  }

  async stop(): Promise<void> {
    await this.publisher.close();
    await this.pool.end();
    await this.hub.stop();
  }

  private async define(): Promise<void> {
    const response = await fetch(`${this.hub.urls['dag-registry']}/v1/definitions`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(definitionsOf(this.load)),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok)
      throw new Error(`the definitions were answered with ${response.status}: ${await response.text()}`);
  }
}

const prefixOf = ({ name }: Load): string => `bench-${name}`;
