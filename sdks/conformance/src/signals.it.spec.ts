/** Each SDK's publisher of signals, by its signals program, on a real Kafka that goes away and comes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decodeCurrent,
  headerNames,
  partitionOf,
  slotOf,
  splitWireFormat,
  topicNames,
  type Signal,
} from '@windlass/contracts';
import { buildProgram } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import { eventually, makeTopics, namespaceOf, ownStack, type OwnTestStack } from '@windlass/testing';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { byToolchain, manifests, type SdkManifest } from './manifest.ts';
import { Registry } from './registry.ts';
import { SignalsProcess, type SignalCall } from './signals-process.ts';

const DEADLINE_MS = 300_000;
/** The first time an SDK may have to fetch what it is made of. */
const BUILD_DEADLINE_MS = 900_000;
const PARTITIONS = 4;
const LIMITS = { bufferBytes: 64_000, closeTimeoutMs: 1_000 };
const before: SignalCall = { call: 'before', source: 'unit-07', count: 3, padding: 0 };
const kept: readonly SignalCall[] = ['unit-1', 'unit-2'].map((source) => ({
  call: `kept ${source}`,
  ...{ source, count: 100, padding: 100 },
}));
/** Beside those that are kept. */
const tooMuch: SignalCall = { call: 'too much', source: 'unit-3', count: 200, padding: 100 };
const after: SignalCall = { call: 'after', source: 'unit-1', count: 200, padding: 100 };
const unsent: SignalCall = { call: 'unsent', source: 'unit-4', count: 1, padding: 0 };

const idsOf = ({ source, count }: SignalCall): string[] =>
  ['start', ...Array.from({ length: count }, (_, n) => n), 'stop', 'end'].map((what) => `${source}:${what}`);

interface Read {
  readonly partition: number;
  readonly message: KafkaMessage;
  readonly signal: Signal;
}

class Sdk {
  readonly prefix: string;
  readonly topic: string;
  readonly manifest: SdkManifest;
  readonly read: Read[] = [];
  /** Calls that were answered while Kafka was away. */
  answeredMeanwhile: string[] = [];
  program!: SignalsProcess;

  constructor(manifest: SdkManifest) {
    this.manifest = manifest;
    this.prefix = namespaceOf(`signals ${manifest.name}`);
    this.topic = topicNames(this.prefix).signals;
  }

  /** Ids of a source in the order in which they came first: a signal may come twice. */
  idsOf(source: string): string[] {
    return [...new Set(this.read.filter(({ signal }) => signal.source === source).map(({ signal }) => signal.id))];
  }
}

const { present, lacking } = byToolchain(manifests());
const sdks = present.map((one) => new Sdk(one));

for (const one of lacking)
  describe.skip(`signals that are sent with the SDK for ${one}`, () => it('are safe', () => {}));

describe('signals that are sent', () => {
  let servers: OwnTestStack;
  const everyone = <T>(work: (sdk: Sdk) => Promise<T>): Promise<T[]> => Promise.all(sdks.map(work));

  beforeAll(() => sdks.forEach(({ manifest }) => buildProgram(manifest)), BUILD_DEADLINE_MS);
  beforeAll(async () => {
    servers = await ownStack();
    const { kafkaBrokers, schemaRegistryUrl } = servers;
    const env = { WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','), WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl };
    const kafka = createKafka(kafkaConnection(env, 'signals'));
    const admin = kafka.admin();
    await admin.connect();
    await makeTopics(
      admin,
      sdks.map(({ topic }) => ({ topic, numPartitions: PARTITIONS })),
    );
    await admin.disconnect();
    for (const sdk of sdks)
      sdk.program = new SignalsProcess(sdk.manifest, { ...env, WINDLASS_PREFIX: sdk.prefix }, LIMITS);
    await everyone(async ({ program }) => {
      await program.told(({ ready }) => ready === true);
      program.call(before);
      await program.told(({ call }) => call === before.call);
    });
    await servers.stack.kafka.kill();
    await everyone(async (sdk) => {
      for (const call of [...kept, tooMuch]) sdk.program.call(call);
      await sdk.program.told(({ call }) => call === tooMuch.call);
      sdk.answeredMeanwhile = kept.map(({ call }) => call).filter((call) => sdk.program.answerTo(call));
    });
    await servers.stack.kafka.restart();
    await everyone(async ({ program }) => {
      for (const { call } of kept) await program.told((answer) => answer.call === call);
      program.call(after);
      await program.told(({ call }) => call === after.call);
    });
    await readAll(kafka);
    await servers.stack.kafka.kill();
    await everyone(async ({ program }) => {
      program.call(unsent);
      program.end();
      await program.told(({ closed }) => closed === true);
    });
  }, DEADLINE_MS);
  afterAll(async () => {
    sdks.forEach(({ program }) => program?.kill());
    await servers?.stack.stop();
  }, DEADLINE_MS);

  async function readAll(kafka: Kafka): Promise<void> {
    const consumer = kafka.consumer({ groupId: namespaceOf('signals reader'), maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topics: sdks.map(({ topic }) => topic), fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const signal = decodeCurrent('signals', splitWireFormat(message.value).body);
        sdks.find((one) => one.topic === topic)!.read.push({ partition, message, signal });
      },
    });
    const isWhole = (sdk: Sdk) =>
      [before, kept[1]!, after].every((one) => sdk.idsOf(one.source).length === idsOf(one).length);
    await eventually(() => sdks.every(isWhole), {
      deadlineMs: 60_000,
      describe: () => sdks.map(({ manifest, read }) => [manifest.name, read.length]),
    });
    await consumer.disconnect();
  }

  describe.each(sdks.map((sdk) => [sdk.manifest.name, sdk] as const))('with the SDK for %s', (_, sdk) => {
    const first = () => sdk.read.filter(({ signal }) => signal.source === before.source);

    it('lie in order on the partition of their source', () => {
      expect(new Set(first().map(({ partition }) => partition))).toEqual(
        new Set([partitionOf(slotOf(before.source), PARTITIONS)]),
      );
      expect(first().map(({ signal }) => `${signal.name} ${signal.phase}`)).toEqual([
        'life START',
        'sample POINT',
        'sample POINT',
        'sample POINT',
        'life STOP',
        'watermark WATERMARK',
      ]);
    });

    it('are told by their headers, and in the schema that is registered', async () => {
      const { id, compatibility } = await new Registry(servers.schemaRegistryUrl, sdk.prefix).registered('signals');
      expect(compatibility).toBe('BACKWARD_TRANSITIVE');
      for (const { message, signal } of first()) {
        const header = (name: string) => String(message.headers?.[name]);
        expect(splitWireFormat(message.value).schemaId).toBe(id);
        expect([header(headerNames.id), header(headerNames.cloudEventId)]).toEqual([signal.id, signal.id]);
        expect(header(headerNames.cloudEventType)).toBe('io.windlass.signals.v1');
        expect(header(headerNames.cloudEventSource)).toMatch(/^\/windlass\/sdk\/./);
        expect(String(message.key)).toBe(signal.source);
      }
    });

    it('say what they were given, and nothing that was not', () => {
      const signals = first().map(({ signal }) => signal);
      expect(signals[2]).toMatchObject({
        values: { heap: 1 },
        units: { heap: 'MB' },
        count: 1,
        correlation: null,
        cause: null,
      });
      expect([signals[0]!.correlation, signals[4]!.correlation]).toEqual([before.source, before.source]);
      expect(signals[2]!.eventTimeUs - signals[1]!.eventTimeUs).toBe(1);
    });

    it('wait while Kafka is away, and come whole and in order when it is back', () => {
      expect(sdk.answeredMeanwhile).toEqual([]);
      for (const { call } of [before, ...kept, after]) expect(sdk.program.answerTo(call)).toEqual({ call, ok: true });
      expect(sdk.idsOf('unit-2')).toEqual(idsOf(kept[1]!));
      expect(sdk.idsOf('unit-1')).toEqual([
        ...new Set([...idsOf(kept[0]!), ...Array.from({ length: after.count }, (_, n) => `unit-1:${n}`)]),
      ]);
    });

    it('are refused beyond what may wait, all of a call', () => {
      expect(sdk.program.answerTo(tooMuch.call)!.error).toMatch(
        /^\d+ bytes of signals beside \d+ .*signalBufferBytes is 64000$/,
      );
      expect(sdk.idsOf(tooMuch.source)).toEqual([]);
    });

    it('are told to be unsent when their publisher is closed before Kafka is back', async () => {
      expect(sdk.program.answerTo(unsent.call)?.ok).toBeUndefined();
      expect(sdk.program.answers.filter(({ error }) => error?.includes('was closed before'))).toHaveLength(1);
      expect(await sdk.program.exited).toBe(0);
    });
  });
});
