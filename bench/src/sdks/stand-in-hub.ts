/** What a processor meets of the hub, on real Kafka and a real registry: topics, an answer to its registration, tasks and their results. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  compatibilityOf,
  decodeCurrent,
  headerNames,
  schemaOf,
  splitWireFormat,
  subjectOf,
  topicDeclarations,
  topicNames,
  type ResultRecord,
} from '@windlass/contracts';
import { ensureTopics, RegistryClient } from '@windlass/messaging';
import type { Admin, Consumer, Kafka, Producer } from 'kafkajs';
import { PARTITIONS, type SentTask } from './tasks.ts';

const PROCESSOR = 'toolbox';
const CHUNK_BYTES = 4_000_000;
const JOIN_MS = 30_000;

export type OnResult = (taskId: string, value: Buffer | null) => void;

export interface StandInOptions {
  readonly kafka: Kafka;
  readonly admin: Admin;
  /** Of the servers. */
  readonly env: Readonly<Record<string, string>>;
  /** Its topics are its own. */
  readonly prefix: string;
}

export class StandInHub {
  readonly schemaId: number;
  /** Called for each result, in the order of each partition. */
  onResult: OnResult = () => undefined;
  readonly #options: StandInOptions;
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  readonly #server: Server;

  private constructor(options: StandInOptions, schemaId: number) {
    this.#options = options;
    this.schemaId = schemaId;
    this.#producer = options.kafka.producer();
    this.#consumer = options.kafka.consumer({ groupId: `${options.prefix}.bench`, maxWaitTimeInMs: 250 });
    this.#server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(this.#registered()));
      });
    });
  }

  /** Resolves when results are read. */
  static async start(options: StandInOptions): Promise<StandInHub> {
    const { admin, prefix, env } = options;
    const registry = new RegistryClient(env['WINDLASS_SCHEMA_REGISTRY_URL']!);
    await ensureTopics(
      admin,
      topicDeclarations({ prefix, partitions: PARTITIONS, teams: ['default'], processors: [PROCESSOR] }),
    );
    const hub = new StandInHub(options, await registry.register(tasksOf(prefix)));
    await hub.#producer.connect();
    await hub.#read();
    await new Promise<void>((resolve) => hub.#server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  /** Of a processor of this hub. */
  get env(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return { ...this.#options.env, WINDLASS_HUB_URL: `http://127.0.0.1:${port}` };
  }

  /** Resolves when they lie on the window topic. */
  async send(tasks: readonly SentTask[]): Promise<void> {
    const topic = topicNames(this.#options.prefix).windows(PROCESSOR);
    const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / (tasks[0]?.value.length ?? 1)));
    for (let from = 0; from < tasks.length; from += perChunk)
      await this.#producer.send({ topic, acks: -1, messages: tasks.slice(from, from + perChunk) as SentTask[] });
  }

  /** With its topics and all in them. */
  async stop(): Promise<void> {
    const { admin, prefix } = this.#options;
    this.#server.close();
    await Promise.all([this.#consumer.disconnect(), this.#producer.disconnect()]);
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
    await admin.deleteTopics({ topics });
  }

  #registered() {
    const { prefix } = this.#options;
    const names = topicNames(prefix);
    const topics = { windowTopic: names.windows(PROCESSOR), resultTopic: names.results('default') };
    return { revision: 1, ...topics, partitions: PARTITIONS, kafkaPrefix: prefix, warnings: [] };
  }

  async #read(): Promise<void> {
    const reading = Promise.withResolvers<void>();
    const timer = setTimeout(() => reading.reject(new Error('no result topic was fetched')), JOIN_MS);
    this.#consumer.on(this.#consumer.events.FETCH, () => reading.resolve());
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: topicNames(this.#options.prefix).results('default'), fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { headers, value } of batch.messages) this.onResult(String(headers?.[headerNames.id]), value);
      },
    });
    await reading.promise;
    clearTimeout(timer);
  }
}

const tasksOf = (prefix: string) => ({
  subject: subjectOf(prefix, 'windows'),
  schema: schemaOf('windows'),
  compatibility: compatibilityOf('windows'),
});

export const resultOf = (value: Buffer | null): ResultRecord => decodeCurrent('results', splitWireFormat(value).body);
