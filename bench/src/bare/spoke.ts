/** Tasks become results: the same answers as the SDK's algorithms give, without anything around them. */
import {
  decodeCurrent,
  encodeRecord,
  splitWireFormat,
  topicNames,
  type ResultItem,
  type Task,
} from '@windlass/contracts';
import type { Batch } from 'kafkajs';
import { answerOf, VERSION } from '../scenario.ts';
import { consume } from './consumer.ts';
import { kafkaOf, PREFIX, schemaIds, untilStopped } from './environment.ts';
import { headersOf, type BareMessage } from './messages.ts';
import { createProducer } from './producer.ts';

const COMMIT_MS = 100;
const name = process.env['BENCH_PROCESSOR'] ?? '';
const topics = topicNames(PREFIX);
const topic = topics.windows(name);
const ids = await schemaIds(['results']);
const kafka = kafkaOf(name);
const producer = createProducer(kafka);
await producer.connect();

let waiting: { readonly message: BareMessage; readonly partition: number; readonly offset: string }[] = [];
let sending: Promise<void> | undefined;
const answered = new Map<number, string>();

function take({ partition, messages }: Batch): void {
  for (const { value, offset } of messages) {
    const task = decodeCurrent('windows', splitWireFormat(value).body);
    waiting.push({ message: resultOf(task), partition, offset });
  }
  wake();
}

function wake(): void {
  sending ??= sendAll().finally(() => {
    sending = undefined;
    if (waiting.length > 0) wake();
  });
}

function resultOf({ taskId, pane, homePartition, executions, inputs }: Task): BareMessage {
  const results = new Map<string, number>();
  const given = inputs.find(({ relation }) => relation === 'SAME')?.result?.value as
    { readonly double: number } | undefined;
  const items = executions.map(({ executionId, attempt, after }): ResultItem => {
    const input = results.get(after[0] ?? '') ?? given?.double ?? Number(pane.metadata['load']);
    const atUs = Date.now() * 1000;
    const double = answerOf(input);
    results.set(executionId, double);
    return {
      ...{ executionId, attempt, result: { value: { double } }, error: null, emissions: [] },
      ...{ startedAtUs: atUs, endedAtUs: atUs, cpuMs: 0 },
    };
  });
  const record = {
    taskId,
    kind: 'RESULT',
    items,
    processor: name,
    processorVersion: VERSION,
    instance: 'bare',
  } as const;
  return {
    topic: topics.results('default'),
    partition: homePartition,
    key: pane.key,
    value: encodeRecord('results', ids.results, record),
    headers: headersOf('results', taskId),
  };
}

/** While one batch is on its way the next one gathers. */
async function sendAll(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await producer.sendBatch({
      acks: -1,
      topicMessages: [{ topic: topics.results('default'), messages: batch.map(({ message }) => message) }],
    });
    for (const { partition, offset } of batch) answered.set(partition, String(BigInt(offset) + 1n));
  }
}

const consumer = await consume({ kafka, groupId: `${PREFIX}.${name}`, topics: [topic], onBatch: take });
const committing = setInterval(() => {
  const offsets = [...answered].map(([partition, offset]) => ({ topic, partition, offset }));
  answered.clear();
  if (offsets.length > 0) void consumer.commitOffsets(offsets).catch(() => undefined);
}, COMMIT_MS);
untilStopped(async () => {
  clearInterval(committing);
  await sending;
  await consumer.disconnect();
  await producer.disconnect();
});
