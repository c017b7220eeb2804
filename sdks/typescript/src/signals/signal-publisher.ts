import { setTimeout as delay } from 'node:timers/promises';
import { headerNames, limits, topicNames } from '@windlass/contracts';
import { configOf, type SpokeConfig } from '../config.ts';
import { eventHeaders } from '../kafka/result-headers.ts';
import { Publisher } from '../kafka/publisher.ts';
import { errorFields, silentLogger, type Logger } from '../log.ts';
import { retrying } from '../retrying.ts';
import { encodeSignal, SignalRefused, type NewSignal } from './signal-record.ts';
import { SignalPublisherClosed, UnsentSignals } from './unsent.ts';

export interface SignalPublisherOptions {
  /** Overrides what the environment says (see `configOf`). */
  readonly config?: Partial<SpokeConfig>;
  /** Prefix of the hub's topics. Default: WINDLASS_PREFIX, else `windlass`. */
  readonly prefix?: string;
  /** Default: silent. */
  readonly log?: Logger;
  /** Ends a start that still waits for the world. */
  readonly signal?: AbortSignal;
  /** Encoded bytes of signals that may wait for Kafka's acknowledgement. Default 64 MiB. */
  readonly bufferBytes?: number;
  /** How long `close` waits for what is being sent. Default 30 s. */
  readonly closeTimeoutMs?: number;
}

const CLOSE_TIMEOUT_MS = 30_000;

export interface SignalPublisher {
  /**
   * Sends signals in the order given, after those of earlier calls, and resolves when all in-sync replicas have them. While Kafka
   * is away it waits; a signal may then arrive twice, which its id makes harmless.
   * @throws SignalRefused for the first that is not valid, SignalBufferFull when too much waits already; then nothing of this call
   * is sent. SignalPublisherClosed when it is closed before all replicas have them.
   */
  publish(signals: Iterable<NewSignal>): Promise<void>;
  /** Waits for what is being sent, at most `closeTimeoutMs`, and disconnects. */
  close(): Promise<void>;
}

/** Connects to the hub's signals topic, waiting until Kafka and the schema registry are up. @throws ConfigError. */
export async function signalPublisher(options: SignalPublisherOptions = {}): Promise<SignalPublisher> {
  const { log = silentLogger, signal = new AbortController().signal } = options;
  const config = { ...configOf({ ...process.env, ...environmentOf(options.config) }), ...options.config };
  const prefix = options.prefix ?? (process.env['WINDLASS_PREFIX'] || 'windlass');
  const topic = topicNames(prefix).signals;
  // Worker threads import the same package and need no Kafka client.
  const { createKafka, partitioner } = await import('../kafka/client.ts');
  const { SchemaRegistry } = await import('../schema-registry.ts');
  const waiting = { signal, onRetry: (error: unknown) => log.warn('not ready, trying again', errorFields(error)) };
  const schemaId = await retrying(() => new SchemaRegistry(config.schemaRegistryUrl).idOf(prefix, 'signals'), waiting);
  const producer = createKafka(config, config.instance, log).producer({
    createPartitioner: partitioner,
    allowAutoTopicCreation: false,
  });
  await retrying(() => producer.connect(), waiting);
  const publisher = new Publisher(producer, log);
  const unsent = new UnsentSignals(options.bufferBytes ?? limits.signalBufferBytes);
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  let isClosed = false;
  const origin = `/windlass/sdk/${config.instance}`;

  const send = (one: NewSignal, value: Buffer): Promise<void> =>
    new Promise<void>((resolve, reject) =>
      publisher.push({
        topic,
        key: one.source,
        value,
        headers: { ...eventHeaders('signals', origin), [headerNames.cloudEventId]: one.id, [headerNames.id]: one.id },
        acknowledged: resolve,
        refused: (cause) => reject(new SignalRefused(one, cause.message, { cause })),
      }),
    ).finally(() => unsent.remove(value.length));
  return {
    publish: async (signals) => {
      const encoded = [...signals].map((one) => ({ one, value: encodeSignal(one, schemaId) }));
      if (isClosed) throw new SignalPublisherClosed();
      unsent.add(encoded.reduce((bytes, { value }) => bytes + value.length, 0));
      const all = Promise.all(encoded.map(({ one, value }) => send(one, value)));
      await Promise.race([all, closed.promise]);
    },
    close: async () => {
      isClosed = true;
      const given = new AbortController();
      const late = delay(options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS, undefined, given).catch(() => {});
      await Promise.race([publisher.flush(), late]);
      given.abort();
      publisher.close();
      closed.reject(new SignalPublisherClosed());
      await producer.disconnect();
    },
  };
}

/** What is given in code need not be in the environment. */
const environmentOf = (config: Partial<SpokeConfig> | undefined): Record<string, string> => ({
  ...(config?.brokers && { WINDLASS_KAFKA_BROKERS: config.brokers.join(',') }),
  ...(config?.schemaRegistryUrl && { WINDLASS_SCHEMA_REGISTRY_URL: config.schemaRegistryUrl }),
});
