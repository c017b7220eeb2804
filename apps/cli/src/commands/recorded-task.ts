import {
  decodeValue,
  familyOf,
  headerNames,
  readerOf,
  splitWireFormat,
  type Task,
  type TaskFile,
  taskFileOf,
  type TaskInput,
} from '@windlass/contracts';
import {
  createAdmin,
  readPartition,
  type KafkaConnection,
  type RegistryClient,
  type StoredRecord,
} from '@windlass/messaging';
import { HubError, openHub, RESULT_COLLECTOR } from './hub-api.ts';

export interface RecordedTaskQuery {
  /** Of a task, or of an execution. */
  readonly id: string;
  readonly kafka: KafkaConnection;
  readonly registry: RegistryClient;
  readonly prefix: string;
  /** Default: every window topic of the prefix. */
  readonly topic?: string;
  /** Default: from the first record. */
  readonly sinceMs?: number;
}

interface Found {
  readonly topic: string;
  readonly partition: number;
  readonly record: StoredRecord;
}

/**
 * The last record on the window topics about a task or an execution, which its headers name.
 * Results that travel by reference are fetched. @throws {HubError} UNKNOWN_TASK, UNKNOWN_TOPIC, or what the result-collector answers; {MessagingError}; {ContractError} when it cannot be read.
 */
export async function recordedTask(query: RecordedTaskQuery): Promise<TaskFile> {
  const found: Found[] = [];
  for (const { topic, partitions } of await windowTopics(query))
    await Promise.all(partitions.map((partition) => look(query, { topic, partition }, (one) => found.push(one))));
  const last = found.toSorted(inOrder).at(-1);
  if (last) return fileOf(last, query.registry);
  const since = query.sinceMs === undefined ? '' : ` since ${new Date(query.sinceMs).toISOString()}`;
  throw new HubError(
    'UNKNOWN_TASK',
    `no task on the window topics${since} is, or holds, ${query.id}; they are kept for 7 days`,
  );
}

async function windowTopics({ kafka, prefix, topic }: RecordedTaskQuery) {
  const admin = createAdmin(kafka);
  await admin.connect();
  try {
    const all = (await admin.listTopics()).filter((one) => familyOf(prefix, one) === 'windows');
    const topics = topic === undefined ? all : all.filter((one) => one === topic);
    if (topics.length === 0)
      throw new HubError('UNKNOWN_TOPIC', `there is no topic ${topic ?? `${prefix}.windows.*.v1`}`);
    const described = await admin.fetchTopicMetadata({ topics });
    return described.topics.map(({ name, partitions }) => ({
      topic: name,
      partitions: partitions.map(({ partitionId }) => partitionId),
    }));
  } finally {
    await admin.disconnect();
  }
}

async function look(
  { id, kafka, prefix, sinceMs }: RecordedTaskQuery,
  at: { readonly topic: string; readonly partition: number },
  found: (one: Found) => void,
): Promise<void> {
  await readPartition({
    kafka,
    prefix,
    ...at,
    from: sinceMs === undefined ? { offset: 0n } : { timestampMs: sinceMs },
    signal: new AbortController().signal,
    each: async (records) => {
      for (const record of records) if (isAbout(record, id)) found({ ...at, record });
    },
  });
}

const headerOf = ({ headers }: StoredRecord, name: string): string => String(headers[name] ?? '');

/** Pairs of execution and attempt. */
const attemptsOf = (record: StoredRecord): readonly (readonly string[])[] =>
  headerOf(record, headerNames.attempt)
    .split(',')
    .map((pair) => pair.split(':'));

const isAbout = (record: StoredRecord, id: string): boolean =>
  headerOf(record, headerNames.id) === id || attemptsOf(record).some(([executionId]) => executionId === id);

/** One key's tasks lie on one partition, so offsets tell which is later. */
const inOrder = (a: Found, b: Found): number => Number(a.record.offset - b.record.offset);

async function fileOf({ topic, partition, record }: Found, registry: RegistryClient): Promise<TaskFile> {
  const { schemaId, body } = splitWireFormat(record.value);
  const task = await withResults(readerOf('windows', await registry.schemaOf(schemaId))(body));
  const traceparent = headerOf(record, headerNames.traceParent);
  const tracestate = headerOf(record, headerNames.traceState);
  return taskFileOf(task, {
    topic,
    partition,
    offset: String(record.offset),
    ...(traceparent && { traceparent }),
    ...(tracestate && { tracestate }),
  });
}

/** The task with the results that travel by reference in their places. */
async function withResults(task: Task): Promise<Task> {
  const inputs: TaskInput[] = [];
  for (const input of task.inputs) {
    const { result, reference } = input;
    inputs.push(result === null && reference?.startsWith('/v1/') ? await fetched(input, reference) : input);
  }
  return { ...task, inputs };
}

async function fetched(input: TaskInput, reference: string): Promise<TaskInput> {
  const response = await openHub(reference, { service: RESULT_COLLECTOR, signal: AbortSignal.timeout(30_000) });
  return { ...input, result: decodeValue(Buffer.from(await response.arrayBuffer())), reference: null };
}
