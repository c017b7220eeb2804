import type { SchemaFamily } from '@windlass/contracts';

/** A record in its JSON form; what it leaves out takes the schema's default. Maps hold one entry at most, so that their bytes are the same in every language. */
export interface GoldenCase {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const HOUR_US = 3_600_000_000;
const START_US = 1_795_400_000_000_000;
const WINDOW = '00112233445566778899aabbccddeeff';
const EXECUTION = '0123456789abcdef0123456789abcdef';
const SECOND = 'fedcba9876543210fedcba9876543210';
const TASK = '4f9d2c1a-7b3e-4c58-9a6f-0d1e2f3a4b5c';

const pane = {
  windowId: WINDOW,
  version: 1,
  windowType: 'cycle@1',
  key: 'unit-07',
  startUs: START_US,
  endUs: START_US + 2_000_000,
  revision: 0,
  timing: 'ON_TIME',
  isFinal: false,
  elements: 2,
  added: 2,
  dagRevision: 3,
  policyRevision: 1,
  firedAtUs: START_US + 2_500_000,
};

const execution = { executionId: EXECUTION, algorithm: 'indicator@1', run: 1, attempt: 1, timeoutMs: 60_000 };

const input = (fields: object) => ({
  algorithm: 'indicator@1',
  relation: 'SAME',
  executionId: SECOND,
  windowId: WINDOW,
  revision: 0,
  startUs: START_US,
  endUs: START_US + 2_000_000,
  isFinal: false,
  ...fields,
});

const double = (value: number | string) => ({ type: 'double', value });

const tasks: GoldenCase[] = [
  { name: 'small', value: { taskId: TASK, pane, homePartition: 3, executions: [execution], inputs: [] } },
  {
    name: 'everything',
    value: {
      taskId: TASK,
      pane: {
        ...pane,
        generation: 2,
        timing: 'LATE',
        isFinal: true,
        completeness: 0.75,
        gapUs: 1_000_000,
        watermarkUs: START_US + 2_000_001,
        parentWindowId: 'ffeeddccbbaa99887766554433221100',
        previous: [
          { dependency: 'previous(20)', windowIds: ['00000000000000000000000000000001'] },
          { dependency: `previous(${HOUR_US}us)`, windowIds: [] },
        ],
        metadata: { load: 80.5 },
        signals: [
          {
            id: 'unit-07:1',
            name: 'sample',
            eventTimeUs: START_US + 1,
            values: { heap: 'NaN' },
            count: 10,
            correlation: 'run-1',
            metadata: { shift: 'früh' },
          },
        ],
        openedBy: { windowId: WINDOW, algorithm: 'peaks@1', executionId: EXECUTION },
        depth: 1,
        lane: 'REPLAY',
        source: {
          kind: 'pump',
          parents: ['line-1', 'site-1'],
          groups: ['north'],
          labels: { maker: 'acme' },
          zone: 'Europe/Berlin',
        },
      },
      homePartition: 1023,
      executions: [
        { ...execution, attempt: 2, resolved: [{ asked: 'range@^1.2', algorithm: 'range@1.4.0' }] },
        {
          ...execution,
          executionId: SECOND,
          algorithm: 'deviation@1',
          after: [EXECUTION],
          withheld: [{ dependency: 1, executionIds: [EXECUTION] }],
        },
      ],
      inputs: [
        input({ relation: 'PREVIOUS', completeness: 1, metadata: { load: null }, result: double(-1.5) }),
        input({ relation: 'CHILDREN', result: { type: 'null' } }),
        input({ relation: 'PARENT', reference: 'windlass:result:1' }),
      ],
    },
  },
];

const answer = {
  executionId: EXECUTION,
  attempt: 1,
  startedAtUs: START_US + 3_000_000,
  endedAtUs: START_US + 3_001_500,
};
const record = {
  taskId: TASK,
  kind: 'RESULT',
  processor: 'condition',
  processorVersion: '7',
  instance: 'host-1-ab12cd34',
};
const answers = (name: string, ...items: object[]): GoldenCase => ({ name, value: { ...record, items } });
const valued = (name: string, result: object): GoldenCase => answers(name, { ...answer, result });

const results: GoldenCase[] = [
  valued('small', double(1.5)),
  valued('null', { type: 'null' }),
  valued('true', { type: 'boolean', value: true }),
  valued('not a number', double('NaN')),
  valued('infinity', double('Infinity')),
  valued('minus infinity', double('-Infinity')),
  valued('minus zero', double('-0')),
  valued('the least double', double(5e-324)),
  valued('the greatest long', { type: 'long', value: '9223372036854775807' }),
  valued('the least long', { type: 'long', value: '-9223372036854775808' }),
  valued('a long beyond 2^53', { type: 'long', value: '9007199254740993' }),
  valued('text', { type: 'string', value: 'Größe 🚀' }),
  valued('bytes', { type: 'bytes', value: 'AAH+/w==' }),
  valued('an array of doubles', { type: 'array', value: [1, 'NaN', '-0'] }),
  valued('an empty array', { type: 'array', value: [] }),
  valued('a list', { type: 'list', value: [{ type: 'null' }, { type: 'long', value: '1' }, double(1)] }),
  valued('a struct', {
    type: 'struct',
    value: [
      { name: 'score', value: double(0.5) },
      { name: 'nested', value: { type: 'struct', value: [{ name: 'ok', value: { type: 'boolean', value: false } }] } },
      { name: 'series', value: { type: 'array', value: [1] } },
      { name: 'none', value: { type: 'null' } },
    ],
  }),
  answers('child windows', {
    ...answer,
    result: { type: 'null' },
    emissions: [
      { windowType: 'peak@1', key: 'unit-07', startUs: START_US, endUs: START_US + 1, metadata: { height: 95 } },
      { windowType: 'peak@1', key: 'unit-08', startUs: START_US, endUs: START_US + 1, emissionKey: 'second' },
    ],
    cpuMs: 1.25,
  }),
  answers(
    'a chain that fails in the middle',
    { ...answer, result: double(2) },
    {
      ...answer,
      executionId: SECOND,
      error: { class: 'RangeError', message: 'out of range', stack: 'RangeError: out of range', retryable: true },
    },
  ),
  answers('not here', {
    ...answer,
    error: {
      class: 'AlgorithmNotHere',
      message: 'indicator@1 is not an algorithm of this instance',
      retryable: true,
      code: 'NOT_HERE',
    },
  }),
  { name: 'progress', value: { ...record, kind: 'PROGRESS', items: [answer] } },
];

const heartbeat = {
  processor: 'condition',
  processorVersion: '7',
  instance: 'host-1-ab12cd34',
  host: 'host-1',
  sdk: 'python 0.1.0',
  state: 'RUNNING',
  algorithms: ['indicator@1', 'deviation@1'],
  inFlight: 2,
  startedAtUs: START_US,
  atUs: START_US + 5_000_000,
};

const heartbeats: GoldenCase[] = [
  { name: 'small', value: heartbeat },
  { name: 'draining, with its lag', value: { ...heartbeat, state: 'DRAINING', lagRecords: 300 } },
  { name: 'stopped', value: { ...heartbeat, state: 'STOPPED', algorithms: [], inFlight: 0, lagRecords: 0 } },
];

const cancel = {
  processor: 'condition',
  kind: 'CANCEL',
  taskId: TASK,
  executionIds: [],
  reason: 'window withdrawn',
  atUs: START_US,
};

const control: GoldenCase[] = [
  { name: 'cancel a task', value: cancel },
  { name: 'cancel one execution', value: { ...cancel, executionIds: [EXECUTION] } },
];

const sample = { source: 'unit-07', id: 'unit-07:1', name: 'sample', eventTimeUs: START_US };

const signals: GoldenCase[] = [
  { name: 'small', value: sample },
  {
    name: 'everything',
    value: {
      ...sample,
      phase: 'START',
      values: { heap: 12.5 },
      count: 100,
      correlation: 'run-1',
      metadata: { shift: 'night' },
      cause: 'idle',
      units: { heap: 'MB' },
    },
  },
  { name: 'before 1970', value: { ...sample, eventTimeUs: -1, phase: 'WATERMARK', values: { heap: '-Infinity' } } },
];

/** By family, the records whose bytes every SDK writes and reads alike. */
export const goldenCases = { windows: tasks, results, heartbeats, control, signals } as const satisfies Partial<
  Record<SchemaFamily, readonly GoldenCase[]>
>;

/** Keys whose partition every SDK finds alike; beyond ASCII it is the UTF-8 bytes that count. */
export const goldenKeys = [
  '',
  'a',
  'ab',
  'abc',
  'abcd',
  'unit-07',
  '21',
  'foobar',
  'a-little-bit-long-string',
  'Größe',
  '泵 7',
  '🚀',
  'x'.repeat(100),
];
