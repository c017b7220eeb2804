import {
  topicDeclarations,
  topicNames,
  type Emission,
  type FamilyValues,
  type Notice,
  type OutcomeEvent,
  type PaneEvent,
  type Pane,
  type Signal,
  type WindowWithdrawn,
} from '@windlass/contracts';
import {
  refOf,
  type Algorithm,
  type AvailabilityPolicy,
  type Source,
  type SourceKind,
  type WindowType,
} from '@windlass/dag';
import {
  createAdmin,
  createKafka,
  createPublisher,
  ensureTopics,
  followCompacted,
  silentLog,
  type Following,
  type HubPublisher,
  type KafkaConnection,
} from '@windlass/messaging';
import { startService, type RunningService } from '@windlass/service';
import { eventually as within, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { Writable } from 'node:stream';
import { trigger } from './service.ts';

export const SECOND = 1_000_000;
const PARTITIONS = 2;

const quiet = () => new Writable({ write: (_chunk, _encoding, done) => done() });

export interface Definitions {
  readonly revision?: number;
  readonly windowTypes: readonly WindowType[];
  readonly algorithms?: readonly Algorithm[];
  readonly policies?: readonly AvailabilityPolicy[];
  readonly sources?: readonly Source[];
  readonly kinds?: readonly SourceKind[];
}

export interface DeadLetter {
  readonly topic: string;
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly bytes: Buffer;
}

/** One hub for one test, as far as the trigger sees it: its own topics and database on the shared servers. */
export class TriggerGround {
  readonly prefix: string;
  readonly topics: ReturnType<typeof topicNames>;
  readonly events: PaneEvent[] = [];
  readonly signalsSeen: Signal[] = [];
  readonly notices: Notice[] = [];
  readonly deadLetters: DeadLetter[] = [];
  private readonly env: Readonly<Record<string, string>>;
  private readonly kafka: KafkaConnection;
  private publisher!: HubPublisher;
  private readonly following: Following[] = [];
  private readonly closing: (() => Promise<void>)[] = [];
  private entries = 0;

  private constructor(prefix: string, env: Readonly<Record<string, string>>, kafka: KafkaConnection) {
    this.prefix = prefix;
    this.topics = topicNames(prefix);
    this.env = env;
    this.kafka = kafka;
  }

  static async make(test: string): Promise<TriggerGround> {
    const prefix = namespaceOf(test);
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const env = {
      WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
      WINDLASS_PREFIX: prefix,
      WINDLASS_PARTITIONS: String(PARTITIONS),
      WINDLASS_HTTP_PORT: '0',
      WINDLASS_TRIGGER_LISTEN_MS: '0',
    };
    const ground = new TriggerGround(prefix, env, { brokers: kafkaBrokers, clientId: 'test' });
    await ground.prepare(schemaRegistryUrl);
    return ground;
  }

  private async prepare(registryUrl: string): Promise<void> {
    const hub = { prefix: this.prefix, partitions: PARTITIONS, teams: ['default'] };
    const admin = createAdmin(this.kafka, silentLog);
    await admin.connect();
    await ensureTopics(admin, topicDeclarations({ ...hub, processors: [] }));
    await admin.disconnect();
    this.publisher = await createPublisher({
      kafka: this.kafka,
      registryUrl,
      hub,
      source: 'test',
      families: ['registry', 'signals', 'emissions', 'outcomes', 'panes'],
    });
    this.closing.push(() => this.publisher.close());
    this.follow('panes', this.topics.panes, (value) => this.events.push(value));
    this.follow('signals', this.topics.signals, (value) => this.signalsSeen.push(value));
    this.follow('notices', this.topics.notices, (value) => this.notices.push(value));
    await this.readDeadLetters();
  }

  /** Every record of a topic, from its beginning. */
  follow<F extends keyof FamilyValues>(family: F, topic: string, onValue: (value: FamilyValues[F]) => unknown): void {
    const registryUrl = this.env['WINDLASS_SCHEMA_REGISTRY_URL']!;
    this.following.push(
      followCompacted({
        kafka: this.kafka,
        registryUrl,
        prefix: this.prefix,
        topic,
        family,
        apply: ({ value }) => value && onValue(value),
      }),
    );
  }

  private async readDeadLetters(): Promise<void> {
    const consumer = createKafka(this.kafka, silentLog).consumer({ groupId: `${this.prefix}.dead` });
    await consumer.connect();
    await consumer.subscribe({ topics: [this.topics.dlq, this.topics.late], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, message }) => {
        this.deadLetters.push({
          topic,
          key: String(message.key),
          code: String(message.headers?.['windlass-error-code']),
          message: String(message.headers?.['windlass-error-message']),
          bytes: message.value!,
        });
        return Promise.resolve();
      },
    });
    this.closing.push(() => consumer.disconnect());
  }

  /** `settings`: further ones, by their variable. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const service = await startService(trigger({}), { env: { ...this.env, ...settings }, logStream: quiet() });
    this.closing.push(() => service.stop());
    return service;
  }

  /** Writes what the dag-registry would. */
  async define({
    revision = 1,
    windowTypes,
    algorithms = [],
    policies = [],
    sources = [],
    kinds = [],
  }: Definitions): Promise<void> {
    const body = { number: revision, windowTypes, processors: [], algorithms, kinds };
    await this.publisher.publish(
      [
        { kind: 'REVISION', name: String(revision), number: revision, body },
        ...policies.map((one) => ({ kind: 'POLICY', name: one.windowType, number: one.number, body: one })),
        ...sources.map((one) => ({ kind: 'SOURCE', name: one.name, number: ++this.entries, body: one })),
      ].map(({ kind, name, number, body: content }) => ({
        topic: this.topics.registry,
        family: 'registry',
        key: `${kind}/${name}`,
        value: { kind, name, number, body: JSON.stringify(content), changedBy: 'test', changedAtUs: 0 },
      })),
    );
  }

  get postgresUrl(): string {
    return this.env['WINDLASS_POSTGRES_URL']!;
  }

  send(...signals: readonly Signal[]): Promise<void> {
    return this.publisher.publish(
      signals.map((value) => ({ topic: this.topics.signals, family: 'signals', key: value.source, value })),
    );
  }

  emit(...emissions: readonly Emission[]): Promise<void> {
    return this.publisher.publish(
      emissions.map((value) => ({ topic: this.topics.emissions, family: 'emissions', key: value.key, value })),
    );
  }

  tell(...outcomes: readonly OutcomeEvent[]): Promise<void> {
    return this.publisher.publish(
      outcomes.map((value) => ({ topic: this.topics.outcomes, family: 'outcomes', key: value.key, value })),
    );
  }

  panes(type?: string): Pane[] {
    return this.events.flatMap(({ event }) =>
      'io.windlass.v1.Pane' in event && (!type || event['io.windlass.v1.Pane'].windowType === type)
        ? [event['io.windlass.v1.Pane']]
        : [],
    );
  }

  /** The last pane of each window that holds, in order of type and start. */
  finalPanes(type?: string): Pane[] {
    const last = new Map<string, Pane>();
    for (const { event } of this.events) {
      if ('io.windlass.v1.Pane' in event) last.set(event['io.windlass.v1.Pane'].windowId, event['io.windlass.v1.Pane']);
      if ('io.windlass.v1.WindowWithdrawn' in event) last.delete(event['io.windlass.v1.WindowWithdrawn'].windowId);
    }
    return [...last.values()]
      .filter((pane) => !type || pane.windowType === type)
      .sort((a, b) => (a.windowType < b.windowType ? -1 : a.windowType > b.windowType ? 1 : a.startUs - b.startUs));
  }

  withdrawals(): WindowWithdrawn[] {
    return this.events.flatMap(({ event }) =>
      'io.windlass.v1.WindowWithdrawn' in event ? [event['io.windlass.v1.WindowWithdrawn']] : [],
    );
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
    await Promise.all(this.following.map((one) => one.stop()));
  }
}

/** Waits longer than elsewhere: the servers may be shared with much else. */
export const eventually = <T>(condition: () => T | Promise<T>) => within(condition, { deadlineMs: 60_000 });

let serial = 0;

export const signal = (source: string, name: string, seconds: number, rest: Partial<Signal> = {}): Signal => ({
  source,
  id: `${name}-${seconds}-${serial++}`,
  name,
  eventTimeUs: Math.round(seconds * SECOND),
  phase: 'POINT',
  values: {},
  count: 1,
  correlation: null,
  metadata: {},
  cause: null,
  units: {},
  ...rest,
});

export const windowType = (name: string, open: WindowType['open'], rest: Partial<WindowType> = {}): WindowType => ({
  name,
  version: '1',
  owner: 'test',
  for: {},
  reads: ['sample'],
  open,
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
  ...rest,
});

/** Of a window type with a parent, but for its size. */
export const nested = { align: 'parent', offsetUs: 0, partial: 'keep', kind: 'fixed' } as const;

export const policyOf = (type: WindowType, rest: Partial<AvailabilityPolicy> = {}): AvailabilityPolicy => ({
  windowType: refOf(type),
  number: 1,
  outOfOrdernessUs: 500_000,
  idleTimeoutMs: null,
  onIdle: 'hold',
  maxIdleMs: 60_000,
  early: null,
  allowedLatenessUs: 0,
  coalesceLateMs: 0,
  maxAheadUs: null,
  dedupeHorizonUs: 60 * SECOND,
  ...rest,
});

/** Of a policy under which all that comes late in a test still counts. */
export const lateness = { allowedLatenessUs: 600 * SECOND };
