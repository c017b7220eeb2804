import { createHash, randomUUID } from 'node:crypto';
import { encodeRecord, headerNames, partitionOf, slotOf, type Task } from '@windlass/contracts';
import type { IHeaders } from 'kafkajs';

export const PARTITIONS = 8;
/** Sources, and so how much may run beside each other. */
export const SOURCES = 64;
export const SAMPLES = 512;
/** Hz. */
export const RATE = 512;
export const LIMIT = 4;
/** So many trivial tasks are sent for each one of the toolbox: they take less. */
export const TRIVIAL_TASKS = 10;

export const CHAIN = ['rolling', 'spectrum', 'threshold'] as const;
export type Algorithm = (typeof CHAIN)[number] | 'trivial';

/** A task ready to be sent: to any partition of the window topic, and answered to the same of the result topic. */
export interface SentTask {
  readonly taskId: string;
  readonly source: number;
  readonly key: string;
  readonly partition: number;
  readonly value: Buffer;
  readonly headers: IHeaders;
}

const START_US = 1_700_000_000_000_000;
const TIMEOUT_MS = 60_000;

export const loadOf = (source: number): number => source / 2;

/** The samples of a source: two tones, their heights the source's, and something like noise. */
export const samplesOf = (source: number): Float64Array =>
  Float64Array.from({ length: SAMPLES }, (_, i) => {
    const at = (2 * Math.PI * i) / RATE;
    const noise = Math.sin(i * 12.9898 + source) * 43_758.5453;
    return 20 + (1 + source / 8) * Math.sin(50 * at) + 2 * Math.sin((3 + source) * at) + (noise - Math.floor(noise));
  });

/** Makes tasks of these algorithms, of all sources in turn. Encoding is done once a source: of each task only the id is its own. */
export function taskMaker(schemaId: number, run: readonly Algorithm[]): (count: number) => SentTask[] {
  const templates = Array.from({ length: SOURCES }, (_, source) => templateOf(schemaId, run, source));
  let made = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const { headers, value, ...rest } = templates[made++ % SOURCES]!;
      const taskId = randomUUID();
      const own = Buffer.from(value);
      own.write(taskId, ID_OFFSET, 'latin1');
      return { ...rest, taskId, value: own, headers: { ...headers, [headerNames.id]: taskId } };
    });
}

/** The task's id is its first field: wire format (5), length of the text (1). */
const ID_OFFSET = 6;

function templateOf(schemaId: number, run: readonly Algorithm[], source: number): SentTask {
  const key = `unit-${source}`;
  const partition = partitionOf(slotOf(key), PARTITIONS);
  const task = taskOf(run, { source, key, partition });
  const headers = {
    [headerNames.homePartition]: String(partition),
    [headerNames.attempt]: task.executions.map(({ executionId, attempt }) => `${executionId}:${attempt}`).join(','),
  };
  return { taskId: task.taskId, source, key, partition, value: encodeRecord('windows', schemaId, task), headers };
}

interface Place {
  readonly source: number;
  readonly key: string;
  readonly partition: number;
}

function taskOf(run: readonly Algorithm[], { source, key, partition }: Place): Task {
  const windowId = hashOf(key);
  const signals = run.includes('trivial') ? null : signalsOf(source, key);
  return {
    taskId: randomUUID(),
    homePartition: partition,
    pane: {
      windowId,
      generation: 0,
      version: 1,
      windowType: 'bench@1',
      key,
      startUs: START_US,
      endUs: START_US + (SAMPLES / RATE) * 1_000_000,
      revision: 0,
      timing: 'ON_TIME',
      isFinal: true,
      elements: SAMPLES,
      added: SAMPLES,
      completeness: 1,
      gapUs: null,
      watermarkUs: null,
      parentWindowId: null,
      previous: [],
      metadata: { rate: RATE, limit: LIMIT, load: loadOf(source) },
      signals,
      openedBy: null,
      depth: 0,
      dagRevision: 1,
      policyRevision: 0,
      lane: 'LIVE',
      firedAtUs: START_US,
      source: null,
      members: null,
    },
    executions: run.map((name) => ({
      executionId: hashOf(`${key} ${name}`),
      algorithm: `${name}@1`,
      run: 1,
      attempt: 1,
      timeoutMs: TIMEOUT_MS,
      after: [],
      resolved: [],
      withheld: [],
    })),
    inputs: [],
  };
}

const signalsOf = (source: number, key: string): NonNullable<Task['pane']['signals']> =>
  Array.from(samplesOf(source), (value, i) => ({
    id: `${key}:${i}`,
    name: 'sample',
    eventTimeUs: START_US + Math.floor((i * 1_000_000) / RATE),
    phase: 'POINT',
    values: { value },
    count: 1,
    correlation: null,
    metadata: {},
  }));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
