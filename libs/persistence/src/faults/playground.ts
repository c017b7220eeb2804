import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  avroTypeOfSchema,
  compatibilityOf,
  decodeCurrent,
  errorHeaderNames,
  schemaOf,
  subjectOf,
  slotOf,
  splitWireFormat,
  topicDeclarations,
  topicNames,
  type Family,
  type Notice,
  type SchemaFamily,
  type Signal,
} from '@windlass/contracts';
import {
  awaitLeaders,
  createAdmin,
  createKafka,
  createPublisher,
  ensureTopics,
  RecordCodec,
  RegistryClient,
  type HubPublisher,
  type OutboundMessage,
  type StagePoint,
} from '@windlass/messaging';
import pg from 'pg';
import { divertedHeader, fold } from './counting-handler.ts';
import type { CountingPlace } from './counting-stage.ts';

interface Sent {
  readonly key: string;
  readonly family: SchemaFamily;
  readonly id: string;
}

/** One row of what the counting stage must have in the end. */
export interface ExpectedTally {
  readonly key: string;
  readonly family: string;
  readonly count: number;
  readonly digest: number;
  readonly fired: number;
}

export interface FetchedMessage {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly partition: number;
  readonly offset: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Topics, inputs and the state an undisturbed run would end in, for one test. */
export class Playground {
  readonly place: CountingPlace;
  readonly names;
  readonly sql: pg.Pool;
  readonly publisher: HubPublisher;
  private readonly sent: Sent[] = [];
  private readonly children: ChildProcess[] = [];
  /** Ended before the playground, the last first. */
  readonly closing: (() => Promise<void>)[] = [];

  private constructor(place: CountingPlace, publisher: HubPublisher) {
    this.place = place;
    this.names = topicNames(place.prefix);
    this.publisher = publisher;
    this.sql = new pg.Pool({ connectionString: place.postgresUrl, options: '-c search_path=counting', max: 2 });
    this.sql.on('error', () => undefined);
  }

  static async make(place: CountingPlace): Promise<Playground> {
    const admin = createAdmin({ brokers: place.brokers, clientId: 'playground' });
    await admin.connect();
    try {
      const declared = topicDeclarations({
        prefix: place.prefix,
        partitions: place.partitions,
        teams: ['default'],
        processors: [],
      });
      await ensureTopics(admin, declared);
    } finally {
      await admin.disconnect();
    }
    const publisher = await createPublisher({
      kafka: { brokers: place.brokers, clientId: 'playground' },
      registryUrl: place.registryUrl,
      hub: { prefix: place.prefix, partitions: place.partitions, teams: ['default'] },
      source: 'playground',
      families: ['signals', 'emissions', 'group-signals', 'notices'],
    });
    return new Playground(place, publisher);
  }

  /** Sends so many records of each family of the place, over so many keys. */
  async send({ records, keys, from = 0 }: { records: number; keys: number; from?: number }): Promise<void> {
    const messages: OutboundMessage[] = [];
    for (let n = from; n < from + records; n++) {
      for (const family of this.place.families as SchemaFamily[]) {
        const key = `key-${n % keys}`;
        const id = family === 'group-signals' ? String(n) : `${family}-${n}`;
        messages.push(this.message(family, key, id));
        this.sent.push({ key, family, id });
      }
    }
    await this.publisher.publish(messages);
  }

  /** Sends signals that the stage diverts. */
  async sendDiverted({ records, keys, from }: { records: number; keys: number; from: number }): Promise<void> {
    const messages = Array.from({ length: records }, (_, n) => ({
      ...this.message('signals', `key-${(from + n) % keys}`, `diverted-${from + n}`),
      headers: { [divertedHeader]: '1' },
    }));
    await this.publisher.publish(messages);
  }

  /** Diverted records as they were sent, and as they first came to the overflow topic, by partition; and how often they came. */
  async diverted(): Promise<{ sent: FetchedMessage[]; firsts: FetchedMessage[]; all: FetchedMessage[] }> {
    const signals = await this.fetchAll(this.names.signals);
    const all = await this.fetchAll(this.names.overflow);
    const seen = new Set<string>();
    const firsts = all.filter((one) => {
      const place = `${one.partition}/${one.headers[errorHeaderNames.offset]}`;
      return !seen.has(place) && seen.add(place);
    });
    return { sent: signals.filter(({ headers }) => headers[divertedHeader] !== undefined), firsts, all };
  }

  message(family: SchemaFamily, key: string, id: string): OutboundMessage {
    return { topic: this.topicOf(family), family, key, value: valueOf(family, key, id) };
  }

  topicOf(family: Family): string {
    const declared = topicDeclarations({ ...this.place, teams: ['default'], processors: [] });
    return declared.find((topic) => topic.family === family)!.topic;
  }

  /** What an undisturbed run ends with. */
  expected(): ExpectedTally[] {
    const tallies = new Map<string, { key: string; family: string; count: number; digest: number; fired: number }>();
    const tallyOf = (key: string, family: string) => {
      let tally = tallies.get(`${key} ${family}`);
      if (!tally) tallies.set(`${key} ${family}`, (tally = { key, family, count: 0, digest: 0, fired: 0 }));
      return tally;
    };
    for (const { key, family, id } of this.sent) {
      const tally = tallyOf(key, family);
      tally.count++;
      tally.digest = fold(tally.digest, id);
      if (id.endsWith('7')) tallyOf(key, 'timer').fired++;
    }
    return [...tallies.values()].sort(byName);
  }

  async tallies(): Promise<ExpectedTally[]> {
    const { rows } = await this.sql.query('SELECT key, family, count, digest::float8 AS digest, fired FROM tally');
    return (rows as ExpectedTally[]).sort(byName);
  }

  /** Ids of the notices an undisturbed run publishes, each with its tally, once. */
  expectedNotices(): Map<string, string> {
    const running = new Map<string, { count: number; digest: number }>();
    return new Map(
      this.sent.map(({ key, family, id }) => {
        const name = `${key} ${family}`;
        const { count, digest } = running.get(name) ?? { count: 0, digest: 0 };
        const tally = { count: count + 1, digest: fold(digest, id) };
        running.set(name, tally);
        return [`${name} ${id}`, `${tally.count}/${tally.digest}`];
      }),
    );
  }

  /** Notices on the topic by id, and how many came more than once; throws when one id came with two contents. */
  async notices(kind = 'COUNTED'): Promise<{ byId: Map<string, string>; doubles: number }> {
    const byId = new Map<string, string>();
    let doubles = 0;
    for (const { value } of await this.fetchAll(this.names.notices)) {
      const notice = decodeCurrent('notices', splitWireFormat(value).body) as Notice;
      if (notice.kind !== kind) continue;
      const text = kind === 'COUNTED' ? `${notice.details['count']}/${notice.details['digest']}` : notice.message;
      const before = byId.get(notice.id);
      if (before !== undefined && before !== text)
        throw new Error(`${notice.id} was published as ${before} and as ${text}`);
      if (before !== undefined) doubles++;
      byId.set(notice.id, text);
    }
    return { byId, doubles };
  }

  /** Waits for the state and the messages of an undisturbed run. */
  async settled(deadlineMs = 30_000): Promise<void> {
    const end = Date.now() + deadlineMs;
    let found: unknown;
    const isSettled = async () => {
      found = await this.tallies().catch((error: Error) => error.message);
      if (!isDeepStrictEqual(found, this.expected())) return false;
      const { byId } = await this.notices();
      found = `${byId.size} notices of ${this.sent.length}`;
      return isDeepStrictEqual(byId, this.expectedNotices());
    };
    while (!(await isSettled())) {
      if (Date.now() > end) throw new Error(`not settled within ${deadlineMs} ms: ${JSON.stringify(found)}`);
      await setTimeout(50);
    }
  }

  /** All records of a topic, up to what is there now. */
  async fetchAll(topic: string): Promise<FetchedMessage[]> {
    const kafka = createKafka({ brokers: this.place.brokers, clientId: 'playground' });
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const open = new Set(ends.filter(({ low, high }) => low !== high).map(({ partition }) => partition));
    if (open.size === 0) return [];
    const consumer = kafka.consumer({ groupId: `${this.place.prefix}.look.${Math.random()}`, maxWaitTimeInMs: 50 });
    const found: FetchedMessage[] = [];
    const done = Promise.withResolvers<void>();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { key, value, offset, headers } of batch.messages) {
          found.push({
            key: key?.toString() ?? null,
            value,
            offset,
            partition: batch.partition,
            headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
          });
        }
        const high = ends.find(({ partition }) => partition === batch.partition)!.high;
        if (BigInt(batch.lastOffset()) + 1n >= BigInt(high)) open.delete(batch.partition);
        if (open.size === 0) done.resolve();
      },
    });
    await done.promise;
    await consumer.disconnect();
    return found.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
  }

  /** Writes bytes as they are. */
  async sendRaw(record: {
    topic: string;
    partition: number;
    key: string | null;
    value: Buffer | null;
    headers?: Record<string, string>;
  }) {
    const producer = createKafka({ brokers: this.place.brokers, clientId: 'playground' }).producer();
    await producer.connect();
    const { topic, ...message } = record;
    await producer.send({ topic, messages: [message] });
    await producer.disconnect();
  }

  /** A signal's bytes as a producer of today writes them, or one whose schema has a field that we do not know. */
  async encodedSignal(key: string, id: string, unknownField?: object): Promise<Buffer> {
    const value = valueOf('signals', key, id) as Signal;
    if (!unknownField) {
      const codec = new RecordCodec({ registryUrl: this.place.registryUrl, prefix: this.place.prefix });
      await codec.register(['signals']);
      return codec.encode('signals', value);
    }
    const ours = schemaOf('signals') as { fields: object[] };
    const schema = { ...ours, fields: [...ours.fields, unknownField] };
    const compatibility = compatibilityOf('signals');
    const registry = new RegistryClient(this.place.registryUrl);
    const header = Buffer.alloc(5);
    header.writeInt32BE(
      await registry.register({ subject: subjectOf(this.place.prefix, 'signals'), schema, compatibility }),
      1,
    );
    return Buffer.concat([header, avroTypeOfSchema(schema).toBuffer({ ...value, extra: 'x' })]);
  }

  /** After a restart of Kafka: until then a producer may write a part of its records twice. */
  async awaitLeaders(): Promise<void> {
    const topics = topicDeclarations({ ...this.place, teams: ['default'], processors: [] }).map(({ topic }) => topic);
    await this.withAdmin((admin) => awaitLeaders(admin, topics));
  }

  /** Resolves when the broker too has heard that the topic is gone: before, it still answers that it is there. */
  async deleteTopic(topic: string): Promise<void> {
    await this.withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      while ((await admin.listTopics()).includes(topic)) await setTimeout(20);
    });
  }

  async createTopic(topic: string): Promise<void> {
    const declared = topicDeclarations({ ...this.place, teams: ['default'], processors: [] });
    await this.withAdmin((admin) =>
      ensureTopics(
        admin,
        declared.filter((candidate) => candidate.topic === topic),
      ),
    );
  }

  /** Removes the records of a partition before an offset, as retention does. */
  async deleteRecords(topic: string, partition: number, offset: string): Promise<void> {
    await this.withAdmin(async (admin) => {
      // kafkajs deletes only from topics whose leaders it happens to know.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });
    });
  }

  async setTopicConfig(topic: string, config: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const type = 2;
    await this.withAdmin((admin) =>
      admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries }] }),
    );
  }

  private async withAdmin(work: (admin: ReturnType<typeof createAdmin>) => Promise<unknown>): Promise<void> {
    const admin = createAdmin({ brokers: this.place.brokers, clientId: 'playground' });
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  partitionOf(key: string): number {
    return slotOf(key) % this.place.partitions;
  }

  /** A member in its own process. */
  fork(
    orders: { killAt?: { point: StagePoint; times: number }; tellAt?: { point: StagePoint; times: number } } = {},
    place: CountingPlace = this.place,
  ): ChildProcess {
    const child = fork(fileURLToPath(new URL('./counting-process.ts', import.meta.url)), {
      execArgv: ['--conditions=windlass-source', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '', COUNTING: JSON.stringify({ place, ...orders }) },
      stdio: ['ignore', 'inherit', process.env['WINDLASS_TEST_VERBOSE'] ? 'inherit' : 'ignore', 'ipc'],
    });
    this.children.push(child);
    return child;
  }

  async close(): Promise<void> {
    for (const end of this.closing.splice(0).reverse()) await end();
    for (const child of this.children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await this.publisher.close();
    await this.sql.end();
  }
}

const byName = (a: ExpectedTally, b: ExpectedTally) => (`${a.key} ${a.family}` < `${b.key} ${b.family}` ? -1 : 1);

function valueOf(family: SchemaFamily, key: string, id: string): unknown {
  switch (family) {
    case 'signals':
      return {
        source: key,
        id,
        name: 's',
        eventTimeUs: 0,
        phase: 'POINT',
        values: {},
        count: 1,
        correlation: null,
        metadata: {},
        cause: null,
      };
    case 'emissions':
      return {
        id,
        windowType: 'w@1',
        key,
        startUs: 0,
        endUs: 1,
        emissionKey: null,
        metadata: {},
        parentWindowId: null,
        owner: null,
      };
    case 'group-signals':
      return {
        group: key,
        source: key,
        windowType: 'w@1',
        generation: 0,
        watermarkUs: null,
        isIdle: false,
        elements: 0,
        firstUs: null,
        lastUs: null,
        sequence: Number(id),
      };
    default:
      throw new Error(`the playground does not send ${family}`);
  }
}
