/** What a processor meets of the hub, on real Kafka and a real registry: topics, an answer to its registration, tasks, results. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  decodeCurrent,
  encodeRecord,
  headerNames,
  partitionOf,
  slotOf,
  splitWireFormat,
  topicDeclarations,
  topicNames,
  type Heartbeat,
  type ResultRecord,
  type Task,
  type TopicNames,
} from '@windlass/contracts';
import { eventually, makeTopics, testStack, type TestStack } from '@windlass/testing';
import kafkajs, { type Admin, type Consumer, type IHeaders, type Message, type Producer } from 'kafkajs';
import { Registry } from './registry.ts';

export const PROCESSOR = 'conformance';
export const PARTITIONS = 4;
export const TOKEN = 'conformance-token';

/** As Avro: the union's branch, and how many items follow. */
const EMPTY_LIST = Buffer.from([0x0e, 0]);
const LIST_OF_ONE = Buffer.from([0x0e, 2]);

/** Bytes of a value: lists in each other, so many of them. */
export const nestedLists = (levels: number): Buffer =>
  Buffer.concat([Buffer.alloc(2 * (levels - 1), LIST_OF_ONE), EMPTY_LIST, Buffer.alloc(levels - 1)]);

/** A record as it lies on a topic. */
export interface Taken<T> {
  readonly record: T;
  readonly schemaId: number;
  readonly partition: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DeadLetter {
  readonly partition: number;
  readonly key: string | undefined;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RegistrationRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export class Hub {
  /** RESULT and PROGRESS records, in the order of each partition. */
  readonly answers: Taken<ResultRecord>[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly heartbeats: Taken<Heartbeat>[] = [];
  readonly registrations: RegistrationRequest[] = [];
  /** What was asked of the result-collector. */
  readonly fetches: Pick<RegistrationRequest, 'path' | 'headers'>[] = [];
  readonly names: TopicNames;
  readonly registry: Registry;
  readonly admin: Admin;
  readonly #prefix: string;
  readonly #env: Record<string, string>;
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  readonly #server: Server;
  /** Registrations still to be answered with 503: the hub is not up yet. */
  #refusals = 1;
  /** By reference: what is answered one after the other, the last for ever. */
  readonly #kept = new Map<string, (number | Buffer)[]>();
  #taskSchema = 0;
  #controlSchema = 0;

  private constructor(prefix: string, brokers: readonly string[], registryUrl: string) {
    this.#prefix = prefix;
    this.names = topicNames(prefix);
    this.registry = new Registry(registryUrl, prefix);
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId: 'conformance-hub',
      logLevel: kafkajs.logLevel.NOTHING,
    });
    this.admin = kafka.admin();
    this.#producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    this.#consumer = kafka.consumer({ groupId: `${prefix}.conformance-hub`, maxWaitTimeInMs: 20 });
    this.#env = { WINDLASS_KAFKA_BROKERS: brokers.join(','), WINDLASS_SCHEMA_REGISTRY_URL: registryUrl };
    this.#server = createServer(async (request, response) => {
      const { method = '', url: path = '', headers } = request;
      if (method === 'GET') {
        this.fetches.push({ path, headers });
        const kept = this.#kept.get(path) ?? [404];
        const answer = kept.length > 1 ? kept.shift()! : kept[0]!;
        return void (typeof answer === 'number' ? response.writeHead(answer).end('{}') : response.end(answer));
      }
      this.registrations.push({ method, path, headers, body: JSON.parse(await text(request)) });
      response.setHeader('content-type', 'application/json');
      if (this.#refusals-- > 0) response.writeHead(503).end('{"code":"NOT_READY"}');
      else response.end(JSON.stringify(this.#registered()));
    });
  }

  /** `servers`: default those that all tests share. */
  static async start(prefix: string, servers?: TestStack): Promise<Hub> {
    const { kafkaBrokers, schemaRegistryUrl } = servers ?? (await testStack());
    const hub = new Hub(prefix, kafkaBrokers, schemaRegistryUrl);
    hub.#taskSchema = await hub.registry.register('windows');
    hub.#controlSchema = await hub.registry.register('control');
    await hub.admin.connect();
    const topics = topicDeclarations({ prefix, partitions: PARTITIONS, teams: ['default'], processors: [PROCESSOR] });
    const wanted = [hub.windowTopic, hub.resultTopic, hub.names.heartbeats, hub.names.control, hub.names.dlq];
    await makeTopics(
      hub.admin,
      topics
        .filter(({ topic }) => wanted.includes(topic))
        .map(({ topic, partitions, config }) => ({
          topic,
          numPartitions: partitions,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
    );
    await hub.#producer.connect();
    await hub.#consume();
    await new Promise<void>((resolve) => hub.#server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  /** Environment of a processor of this hub. */
  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      ...this.#env,
      WINDLASS_HUB_URL: `http://127.0.0.1:${port}`,
      WINDLASS_RESULT_COLLECTOR_URL: '',
      WINDLASS_TOKEN: TOKEN,
      WINDLASS_LOG_LEVEL: 'info',
      WINDLASS_WORKERS: '2',
      WINDLASS_HEALTH_PORT: '0',
    };
  }

  get windowTopic(): string {
    return this.names.windows(PROCESSOR);
  }

  get resultTopic(): string {
    return this.names.results('default');
  }

  get groupId(): string {
    return `${this.#prefix}.${PROCESSOR}`;
  }

  /** A result that travels by reference: its bytes, or a status, one after the other. */
  keep(reference: string, ...answers: (number | Buffer)[]): void {
    this.#kept.set(reference, answers);
  }

  async send(tasks: readonly Task[], headers: IHeaders = {}): Promise<void> {
    const messages = tasks.map((task) => this.#message(task, headers));
    await this.#producer.send({ topic: this.windowTopic, messages });
  }

  /** A task with an empty list as its input, in place of which there are lists in each other, so many of them. */
  async sendNested(task: Task, levels: number): Promise<void> {
    const message = this.#message(task, {});
    const value = message.value as Buffer;
    const at = value.lastIndexOf(EMPTY_LIST);
    const around = [value.subarray(0, at), value.subarray(at + EMPTY_LIST.length)] as const;
    await this.sendRaw({ ...message, value: Buffer.concat([around[0], nestedLists(levels), around[1]]) });
  }

  async sendRaw(message: Message): Promise<void> {
    await this.#producer.send({ topic: this.windowTopic, messages: [message] });
  }

  async cancel(taskId: string, executionIds: string[] = [], processor = PROCESSOR): Promise<void> {
    const control = {
      processor,
      kind: 'CANCEL',
      taskId,
      executionIds,
      reason: 'withdrawn',
      atUs: Date.now() * 1_000,
    } as const;
    const value = encodeRecord('control', this.#controlSchema, control);
    await this.#producer.send({ topic: this.names.control, messages: [{ key: processor, value }] });
  }

  /** Also what is no control record. */
  async cancelRaw(value: Buffer): Promise<void> {
    await this.#producer.send({ topic: this.names.control, messages: [{ key: PROCESSOR, value }] });
  }

  of(taskId: string, kind: ResultRecord['kind'] = 'RESULT'): Taken<ResultRecord>[] {
    return this.answers.filter(({ record }) => record.taskId === taskId && record.kind === kind);
  }

  answerTo({ taskId }: Pick<Task, 'taskId'>, deadlineMs = 30_000): Promise<Taken<ResultRecord>> {
    return eventually(() => this.of(taskId)[0], { deadlineMs, describe: `an answer to ${taskId}` });
  }

  /** Long work has begun: it has told so. */
  begun({ taskId }: Task): Promise<unknown> {
    return eventually(() => this.of(taskId, 'PROGRESS')[0], { deadlineMs: 30_000, describe: `progress of ${taskId}` });
  }

  async members(): Promise<string[]> {
    const { groups } = await this.admin.describeGroups([this.groupId]);
    return groups[0]!.members.map(({ memberId }) => memberId).sort();
  }

  /** Metadata without the zero byte that some clients write behind it. */
  async committed(): Promise<{ partition: number; offset: string; metadata: string | null }[]> {
    const [topic] = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [this.windowTopic] });
    return topic!.partitions.map(({ metadata, ...at }) => ({ ...at, metadata: metadata?.replace(/\0+$/, '') ?? null }));
  }

  /** Everything that was sent is committed. */
  async caughtUp(): Promise<boolean> {
    const ends = await this.admin.fetchTopicOffsets(this.windowTopic);
    const at = new Map((await this.committed()).map(({ partition, offset }) => [partition, offset]));
    return ends.every(({ partition, high }) => high === '0' || at.get(partition) === high);
  }

  async stop(): Promise<void> {
    this.#server.close();
    await Promise.all([this.#consumer.disconnect(), this.#producer.disconnect(), this.admin.disconnect()]);
  }

  #registered() {
    return {
      revision: 1,
      windowTopic: this.windowTopic,
      resultTopic: this.resultTopic,
      partitions: PARTITIONS,
      kafkaPrefix: this.#prefix,
      resultCollectorUrl: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      warnings: [{ code: 'UNIT', path: '', message: 'a warning of the hub', mend: 'nothing' }],
    };
  }

  #message(task: Task, headers: IHeaders): Message {
    const { key } = task.pane;
    return {
      key,
      partition: partitionOf(slotOf(key), PARTITIONS),
      value: encodeRecord('windows', this.#taskSchema, task),
      headers: {
        [headerNames.id]: task.taskId,
        [headerNames.homePartition]: String(task.homePartition),
        [headerNames.attempt]: task.executions.map(({ executionId, attempt }) => `${executionId}:${attempt}`).join(','),
        ...headers,
      },
    };
  }

  async #consume(): Promise<void> {
    const { dlq, heartbeats } = this.names;
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.resultTopic, dlq, heartbeats], fromBeginning: true });
    await this.#consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const entries = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        const headers = Object.fromEntries(entries) as Record<string, string>;
        const key = message.key?.toString();
        if (topic === dlq) return void this.deadLetters.push({ partition, key, value: message.value, headers });
        const { schemaId, body } = splitWireFormat(message.value);
        const taken = { schemaId, partition, key: key ?? '', headers };
        if (topic === heartbeats) this.heartbeats.push({ ...taken, record: decodeCurrent('heartbeats', body) });
        else this.answers.push({ ...taken, record: decodeCurrent('results', body) });
      },
    });
  }
}
