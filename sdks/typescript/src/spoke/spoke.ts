import { setTimeout as delay } from 'node:timers/promises';
import { topicNames } from '@windlass/contracts';
import type { SpokeConfig } from '../config.ts';
import type { ProcessorDefinition } from '../definition/processor.ts';
import { AnswerCodec, type Identity } from '../execution/answer.ts';
import { register } from '../hub.ts';
import { createKafka, isMemberOf, memberOf, partitioner } from '../kafka/client.ts';
import { listenToControl } from '../kafka/control-listener.ts';
import { Publisher } from '../kafka/publisher.ts';
import { TaskSource } from '../kafka/task-source.ts';
import { errorFields, type Logger } from '../log.ts';
import type { Executor, ProgressNote } from '../pool/executor.ts';
import { InlineExecutor } from '../pool/inline-executor.ts';
import { WorkerPool } from '../pool/worker-pool.ts';
import type { ResultCollectorAddress } from '../result-collector.ts';
import { retrying } from '../retrying.ts';
import { SchemaRegistry } from '../schema-registry.ts';
import { Answers } from './answers.ts';
import { serveHealth, type SpokeState } from './health.ts';
import { Heartbeats } from './heartbeats.ts';
import { TaskLoop } from './task-loop.ts';

/** How long the last heartbeat may take when stopping. */
const LAST_WORDS_MS = 2_000;
/** How long it may take to leave: a Kafka that is away is not waited for, which finds out by itself that a member has gone. */
const LEAVE_MS = 5_000;

export interface SpokeOptions {
  readonly processor: ProcessorDefinition;
  readonly config: SpokeConfig;
  readonly log: Logger;
  /** Ends a start that still waits for the world. */
  readonly signal: AbortSignal;
  readonly sessionTimeoutMs: number;
}

export interface Spoke {
  readonly instance: string;
  /** DAG revision that holds the processor. */
  readonly revision: number;
  /** Answers what runs, hands back what does not, leaves the group. */
  stop(deadlineMs: number): Promise<void>;
}

/** Registers a processor, starts its workers and consumes its window topic. @throws RegistrationRefused, or what the module throws. */
export async function startSpoke(options: SpokeOptions): Promise<Spoke> {
  let state: SpokeState = 'starting';
  const { config, log } = options;
  const health = config.health && (await serveHealth(config.health, () => state));
  if (health) log.info('health is served', { port: health.port });
  try {
    const spoke = await startWork(options);
    state = 'running';
    const stop = (deadlineMs: number): Promise<void> => {
      state = 'draining';
      return spoke.stop(deadlineMs).finally(() => health?.close());
    };
    return { ...spoke, stop };
  } catch (error) {
    health?.close();
    throw error;
  }
}

async function startWork({ processor, config, log, signal, sessionTimeoutMs }: SpokeOptions): Promise<Spoke> {
  const { instance, hubUrl, token } = config;
  const registered = await register(processor, { hubUrl, token, log, signal });
  const { revision, windowTopic, resultTopic, kafkaPrefix, hints = [] } = registered;
  const resultCollector = { url: config.resultCollectorUrl ?? registered.resultCollectorUrl, token };
  for (const { code, path, message } of hints) log.info(message, { code, path });
  const topics = topicNames(kafkaPrefix);
  const registry = new SchemaRegistry(config.schemaRegistryUrl);
  const onRetry = (error: unknown) => log.warn('not ready, trying again', { error: errorFields(error) });
  const idOf = (family: 'results' | 'heartbeats') =>
    retrying(() => registry.idOf(kafkaPrefix, family), { signal, onRetry });
  const [resultSchemaId, heartbeatSchemaId] = await Promise.all([idOf('results'), idOf('heartbeats')]);
  const identity: Identity = { processor: processor.name, processorVersion: processor.version, instance };

  let loop: TaskLoop | undefined;
  const onProgress = (note: ProgressNote) => loop?.progress(note);
  const executor = await startExecutor({
    processor,
    config,
    identity,
    resultSchemaId,
    resultCollector,
    log,
    onProgress,
  });
  const member = memberOf(instance);
  const kafka = createKafka(config, member, log);
  const producer = kafka.producer({ createPartitioner: partitioner, allowAutoTopicCreation: false });
  await retrying(() => producer.connect(), { signal, onRetry });
  const publisher = new Publisher(producer, log);
  const answers = new Answers({
    publisher,
    codec: new AnswerCodec(identity, resultSchemaId),
    topics: { windows: windowTopic, results: resultTopic, deadLetters: topics.dlq },
    processor: processor.name,
    instance,
    log,
  });
  loop = new TaskLoop({ executor, answers, registry, member, log });
  const groupId = `${kafkaPrefix}.${processor.name}`;
  const source = new TaskSource({
    kafka,
    topic: windowTopic,
    groupId,
    member,
    isPredecessor: (clientId) => isMemberOf(instance, clientId),
    log,
    receiver: loop,
    sessionTimeoutMs,
  });
  loop.steer(source);
  const stopControl = await listenToControl(
    {
      kafka,
      topic: topics.control,
      groupId: `${groupId}.control.${member}`,
      processor: processor.name,
      registry,
      log,
      onCancel: (control) => loop.cancel(control),
    },
    signal,
  );
  await source.start();
  const heartbeats = new Heartbeats({
    publisher,
    topic: topics.heartbeats,
    schemaId: heartbeatSchemaId,
    identity,
    algorithms: [...processor.algorithms.keys()],
    load: () => ({ inFlight: loop.inFlight, lag: loop.lag }),
  });
  log.info('the processor runs', { revision, windowTopic, resultTopic, workers: config.workers });

  const stop = async (deadlineMs: number): Promise<void> => {
    heartbeats.draining();
    await loop.drain(deadlineMs);
    loop.close();
    await within(LEAVE_MS, Promise.all([source.stop(), stopControl()]));
    heartbeats.stop();
    await within(LAST_WORDS_MS, publisher.flush());
    publisher.close();
    await Promise.all([within(LEAVE_MS, producer.disconnect()), executor.close()]);
    log.info('the processor has stopped');
  };
  return { instance, revision, stop };
}

/** Waits for so long and no longer. What fails then is told by its own log. */
const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => undefined), delay(ms, undefined, { ref: false })]);

async function startExecutor(options: {
  readonly processor: ProcessorDefinition;
  readonly config: SpokeConfig;
  readonly identity: Identity;
  readonly resultSchemaId: number;
  readonly resultCollector: ResultCollectorAddress;
  readonly log: Logger;
  readonly onProgress: (note: ProgressNote) => void;
}): Promise<Executor> {
  const { processor, config, ...rest } = options;
  if (config.workers === 0) return new InlineExecutor({ ...rest, algorithms: processor.algorithms });
  return WorkerPool.start({ ...rest, size: config.workers, moduleUrl: processor.moduleUrl });
}
