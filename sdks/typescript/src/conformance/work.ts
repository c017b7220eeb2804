/** Algorithms that work, fail, and misbehave, each in its own way. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  algorithm,
  avro,
  double,
  list,
  NonRetryableError,
  nothing,
  string,
  windowType,
  type AnyAlgorithm,
  type Metadata,
  type ResultValue,
} from '../index.ts';

const on = windowType<Metadata>('conformance@1');
const number = (metadata: Metadata, field: string, fallback = 0): number => Number(metadata[field] ?? fallback);

/** An ordinary error of this language. */
function fail(metadata: Metadata): never {
  const characters = number(metadata, 'characters');
  throw new RangeError(characters > 0 ? 'x'.repeat(characters) : 'out of range');
}

const load = algorithm({ name: 'load', version: '1', on, result: double('%') }, ({ window }) =>
  number(window.metadata, 'load'),
);

const doubled = algorithm(
  { name: 'doubled', version: '1', on, needs: { load }, result: double() },
  ({ inputs, window }) => (window.metadata['fail'] === true ? fail(window.metadata) : inputs.load * 2),
);

const plus = algorithm(
  { name: 'plus', version: '1', on, needs: { doubled }, result: double() },
  ({ inputs }) => inputs.doubled + 1,
);

const throws = algorithm({ name: 'throws', version: '1', on, result: double() }, ({ window }) => fail(window.metadata));

const refuses = algorithm(
  {
    name: 'refuses',
    version: '1',
    on,
    result: double(),
    timeoutMs: 30_000,
    scheduleToCloseMs: 120_000,
    retry: {
      attempts: 3,
      backoffMs: 100,
      backoffFactor: 2,
      maxBackoffMs: 1_000,
      jitter: 0,
      nonRetryable: ['TIMEOUT'],
    },
  },
  () => {
    throw new NonRetryableError('never');
  },
);

const TELL_EVERY_MS = 100;
const FOR_EVER_MS = 2 ** 30;

const sleeps = algorithm(
  { name: 'sleeps', version: '1', on, result: string() },
  async ({ window, progress, signal }) => {
    progress();
    const telling = setInterval(progress, TELL_EVERY_MS);
    try {
      await delay(number(window.metadata, 'sleepMs', FOR_EVER_MS), undefined, { signal });
    } finally {
      clearInterval(telling);
    }
    return 'slept';
  },
);

const busy = algorithm({ name: 'busy', version: '1', on, result: string() }, ({ window }) => {
  const end = performance.now() + number(window.metadata, 'busyMs');
  while (performance.now() < end);
  return 'busy';
});

/** In a worker thread this ends the thread. */
const dies = algorithm({ name: 'dies', version: '1', on, result: nothing() }, () => process.exit(3));

const kills = algorithm({ name: 'kills', version: '1', on, result: nothing() }, () => {
  process.kill(process.pid, 'SIGKILL');
});

const giant = algorithm({ name: 'giant', version: '1', on, result: string() }, ({ window }) =>
  'x'.repeat(number(window.metadata, 'bytes')),
);

const small = algorithm({ name: 'small', version: '1', on, result: string(), maxResultBytes: 100 }, ({ window }) =>
  'x'.repeat(number(window.metadata, 'bytes')),
);

const node = avro({
  type: 'record',
  name: 'Node',
  fields: [{ name: 'next', type: ['null', 'Node'], default: null }],
});

/** Metadata `levels` of it. */
function nested<T>(metadata: Metadata, last: T, around: (inner: T) => T): T {
  for (let level = 1; level < number(metadata, 'levels'); level++) last = around(last);
  return last;
}

const deep = algorithm({ name: 'deep', version: '1', on, result: list() }, ({ window }) =>
  nested<ResultValue[]>(window.metadata, [], (inner) => [inner]),
);

const deepAvro = algorithm({ name: 'deep-avro', version: '1', on, result: node }, ({ window }) =>
  nested<Record<string, ResultValue>>(window.metadata, {}, (next) => ({ next })),
);

const emits = algorithm(
  { name: 'emits', version: '1', on, result: nothing(), emits: ['found@1'] },
  ({ window: { startUs, metadata }, emit }) => {
    const one = { windowType: 'found@1', startUs, endUs: startUs + 1 };
    switch (metadata['as']) {
      case 'key':
        return emit({ ...one, key: 'unit-other', emissionKey: 'second' });
      case 'undeclared':
        return emit({ ...one, windowType: 'other@1' });
      case 'empty':
        return emit({ ...one, endUs: startUs });
    }
    for (let i = 0; i < number(metadata, 'windows', 1); i++)
      emit({ windowType: 'found@1', startUs: startUs + i, endUs: startUs + i + 1, metadata: { index: i } });
  },
);

export const work: readonly AnyAlgorithm[] = [
  load,
  doubled,
  plus,
  throws,
  refuses,
  sleeps,
  busy,
  dies,
  kills,
  giant,
  small,
  deep,
  deepAvro,
  emits,
];
