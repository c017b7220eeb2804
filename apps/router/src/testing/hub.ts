import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import {
  type FamilyValues,
  fromValue,
  headerNames,
  type Notice,
  type OutcomeEvent,
  type Pane,
  type ResultItem,
  type ResultValue,
  type SchemaFamily,
  splitWireFormat,
  type Task,
  topicDeclarations,
  topicNames,
  toValue,
} from '@windlass/contracts';
import { type DagRevision, hashedId, type Hold, holdName } from '@windlass/dag';
import {
  createAdmin,
  createKafka,
  createPublisher,
  ensureTopics,
  type HubPublisher,
  RecordCodec,
} from '@windlass/messaging';
import { type RunningService, startService } from '@windlass/service';
import { freshDatabase, testStack } from '@windlass/testing';
import type { Consumer } from 'kafkajs';
import { router } from '../service.ts';

/** How a test's processor works: the value of one algorithm, from the pane, the task's inputs and the values before it in the task. */
export type Work = (told: {
  readonly algorithm: string;
  readonly pane: Pane;
  readonly inputs: readonly { readonly algorithm: string; readonly relation: string; readonly result: ResultValue }[];
  readonly before: ReadonlyMap<string, ResultValue>;
}) => ResultValue;

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/** A hub of which only the router runs; the test writes panes, works as processors and reads outcomes. */
export class TestHub {
  readonly topics;
  readonly outcomes: OutcomeEvent[] = [];
  readonly tasks: Task[] = [];
  readonly notices: Notice[] = [];
  service!: RunningService;
  private readonly hub;
  private publisher!: HubPublisher;
  private env!: Record<string, string>;
  private codec!: RecordCodec;
  private kafka!: ReturnType<typeof createKafka>;
  private readonly consumers: Consumer[] = [];

  constructor(
    private readonly prefix: string,
    private readonly processors: readonly string[],
  ) {
    this.hub = { prefix, partitions: 4, teams: ['default'] };
    this.topics = topicNames(prefix);
  }

  async start(dag: DagRevision, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const stack = await testStack();
    const connection = { brokers: stack.kafkaBrokers, clientId: this.prefix };
    const admin = createAdmin(connection);
    await admin.connect();
    await ensureTopics(admin, topicDeclarations({ ...this.hub, processors: this.processors }));
    await admin.disconnect();
    this.env = {
      WINDLASS_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: await freshDatabase(this.prefix),
      WINDLASS_PREFIX: this.prefix,
      WINDLASS_PARTITIONS: '4',
      WINDLASS_HTTP_PORT: '0',
      ...settings,
    };
    this.kafka = createKafka(connection);
    this.codec = new RecordCodec({ registryUrl: stack.schemaRegistryUrl, prefix: this.prefix });
    this.publisher = await createPublisher({
      kafka: connection,
      registryUrl: stack.schemaRegistryUrl,
      hub: this.hub,
      source: 'test',
      families: ['panes', 'results', 'registry'],
    });
    await this.register(dag);
    await this.startRouter();
    await this.consume('outcomes', this.topics.outcomes, async (event) => void this.outcomes.push(event));
    await this.consume('notices', this.topics.notices, async (notice) => void this.notices.push(notice));
  }

  async startRouter(): Promise<void> {
    this.service = await startService(router(this.env), { env: this.env, logStream: nowhere });
  }

  async stop(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.disconnect()));
    await this.publisher?.close();
    await this.service?.stop();
  }

  /** Holds something, or with `mode` null no longer. */
  hold(hold: Pick<Hold, 'kind' | 'name' | 'mode' | 'number'>): Promise<void> {
    const name = holdName(hold);
    const body = JSON.stringify({ ...hold, owner: 'team', by: 'test', why: null, sinceUs: 1 });
    const value = {
      ...{ kind: 'SOURCE', name: `!HOLD/${name}`, number: hold.number, body: 'null' },
      ...{ changedBy: 'test', changedAtUs: 0, extension: { kind: 'HOLD', name, body } },
    };
    return this.publisher.publish([{ topic: this.topics.registry, family: 'registry', key: `HOLD/${name}`, value }]);
  }

  register(dag: DagRevision): Promise<void> {
    const entry = {
      kind: 'REVISION',
      name: String(dag.number),
      number: dag.number,
      body: JSON.stringify(dag),
    } as const;
    const value = { ...entry, changedBy: 'test', changedAtUs: 0 };
    const key = `REVISION/${dag.number}`;
    return this.publisher.publish([{ topic: this.topics.registry, family: 'registry', key, value }]);
  }

  send(...panes: readonly Pane[]): Promise<void> {
    return this.publisher.publish(
      panes.map((pane) => ({
        topic: pane.lane === 'REPLAY' ? this.topics.replayPanes : this.topics.panes,
        family: 'panes',
        key: pane.key,
        value: { event: { 'io.windlass.v1.Pane': pane } },
      })),
    );
  }

  /** Says how far a member is with what windows of `line@1` of its groups join, as its trigger does. */
  closed(key: string, groups: readonly string[], closedUs: number, dagRevision = 1): Promise<void> {
    const windowId = hashedId(['member', key]);
    const bounds = { startUs: closedUs - 1, endUs: closedUs, childType: 'line@1', childWindowIds: [] };
    const nobody = { windowId, generation: 0, version: 0, windowType: 'line@1', key, ...bounds };
    const member = { groups: [...groups], closedUs, settledUs: null, dagRevision };
    const value = { event: { 'io.windlass.v1.ChildrenClosed': { ...nobody, member } } };
    return this.publisher.publish([{ topic: this.topics.panes, family: 'panes', key, value }]);
  }

  /** Works as an instance of a processor until the hub stops. */
  process(processor: string, work: Work): Promise<void> {
    return this.consume('windows', this.topics.windows(processor), async (task) => {
      this.tasks.push(task);
      await this.answer(task, itemsOf(task, work));
    });
  }

  answer({ taskId, homePartition, pane }: Task, items: readonly ResultItem[]): Promise<void> {
    const value = { taskId, kind: 'RESULT', items, processor: 'p', processorVersion: '1', instance: 'test' };
    const topic = this.topics.results('default');
    return this.publisher.publish([{ topic, family: 'results', key: pane.key, partition: homePartition, value }]);
  }

  /** Writes bytes that are no result record, as a broken processor would. */
  async answerBadly(task: Task): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    const headers = { [headerNames.id]: task.taskId };
    const message = { key: task.pane.key, value: Buffer.from('nonsense'), partition: task.homePartition, headers };
    await producer.send({ topic: this.topics.results('default'), messages: [message] });
    await producer.disconnect();
  }

  /** Takes tasks as an instance of a processor that does nothing with them. */
  idle(processor: string): Promise<void> {
    return this.consume('windows', this.topics.windows(processor), async (task) => void this.tasks.push(task));
  }

  /** Latest result of each algorithm over a window. */
  current(windowId: string): Record<string, ResultValue> {
    const latest = new Map<string, { run: number; result: ResultValue }>();
    for (const event of this.outcomes)
      for (const { algorithm, run, state, result, reason } of event.windowId === windowId ? event.outcomes : [])
        if (run >= (latest.get(algorithm)?.run ?? 0))
          latest.set(algorithm, {
            run,
            result: state === 'SUCCEEDED' ? fromValue(result!) : `${state} ${reason?.code}`,
          });
    return Object.fromEntries([...latest].map(([algorithm, { result }]) => [algorithm, result]));
  }

  private async consume<F extends SchemaFamily>(
    family: F,
    topic: string,
    each: (value: FamilyValues[F]) => Promise<void>,
  ): Promise<void> {
    const consumer = this.kafka.consumer({ groupId: `${this.prefix}.${topic}.${randomUUID()}`, maxWaitTimeInMs: 20 });
    this.consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const { schemaId, body } = splitWireFormat(message.value!);
        const reader = this.codec.readerOf(family, schemaId) ?? (await this.codec.loadReader(family, schemaId));
        await each(reader(body) as FamilyValues[F]);
      },
    });
  }
}

export function itemsOf({ executions, inputs, pane }: Task, work: Work): ResultItem[] {
  const before = new Map<string, ResultValue>();
  const read = inputs.map(({ algorithm, relation, result }) => ({ algorithm, relation, result: fromValue(result!) }));
  const times = { startedAtUs: 1, endedAtUs: 2, cpuMs: 0.5, emissions: [] };
  const items: ResultItem[] = [];
  for (const { executionId, attempt, algorithm } of executions) {
    try {
      const result = work({ algorithm, pane, inputs: read, before });
      before.set(algorithm, result);
      items.push({ executionId, attempt, result: toValue(result), error: null, ...times });
    } catch (thrown) {
      const { name, message, stack } = thrown as Error;
      const error = { class: name, message, stack: stack ?? null, retryable: name !== 'TypeError', code: null };
      return [...items, { executionId, attempt, result: null, error, ...times }];
    }
  }
  return items;
}
