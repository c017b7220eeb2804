import type { Signal } from '@windlass/contracts';
import type { Algorithm } from '@windlass/dag';
import { lateness, nested, policyOf, SECOND, signal, windowType } from './trigger.fixture.ts';

const life = windowType(
  'life',
  { kind: 'startStop', signal: 'life', onSecondStart: 'ignore', maxDurationUs: 3_600 * SECOND },
  { for: { kind: 'unit' }, metadataFromClose: true },
);
const cycle = windowType(
  'cycle',
  { ...nested, sizeUs: 2 * SECOND },
  { for: { kind: 'unit' }, parent: 'life@1', keepSignals: { count: 5_000, bytes: 1_000_000 } },
);
const runIn = windowType(
  'run-in',
  { kind: 'startStop', signal: 'life', onSecondStart: 'ignore', maxDurationUs: 20 * SECOND },
  { for: { kind: 'unit' }, parent: 'life@1' },
);
const degradation = windowType(
  'degradation',
  { kind: 'outcome', algorithm: 'deviation@1', when: 'result > 0.5', from: 'start', until: 'parent', once: 'parent' },
  { for: { kind: 'unit' }, parent: 'life@1', reads: [] },
);
const windowTypes = [life, cycle, runIn, degradation];

const deviation: Algorithm = {
  name: 'deviation',
  version: '1',
  owner: 'test',
  processor: 'p',
  bindings: [{ windowType: 'cycle@1', on: ['ON_TIME', 'LATE'] }],
  dependencies: [
    {
      algorithm: 'deviation@1',
      relation: { kind: 'previous', count: 20 },
      onMissing: 'runWithout',
      onFailed: 'skip',
      onProvisional: 'accept',
      waitMs: null,
      onRevision: 'keep',
    },
  ],
  result: { type: 'double' },
  emits: [],
  timeoutMs: 1_000,
  retry: { attempts: 1, backoffMs: 0, backoffFactor: 1, maxBackoffMs: 0, nonRetryable: [] },
  maxResultBytes: 1_000,
};

export const definitions = {
  windowTypes,
  algorithms: [deviation],
  policies: windowTypes.map((type) => policyOf(type, lateness)),
  sources: ['unit-1', 'unit-2'].map((name) => ({ name, kind: 'unit', groups: [], labels: {} })),
};

/** A unit's life of 60 s, a sample each 100 ms; samples of [20 s, 24 s) are uploaded after 40 s. */
export function recording(source: string): Signal[] {
  const at = (seconds: number) => signal(source, 'sample', seconds, { id: `s-${seconds}`, values: { heap: seconds } });
  const samples = Array.from({ length: 600 }, (_, i) => at(1_000 + i / 10));
  const isCutOff = ({ eventTimeUs }: Signal) => eventTimeUs >= 1_020 * SECOND && eventTimeUs < 1_024 * SECOND;
  const arrival = samples.filter((one) => !isCutOff(one));
  const upload = arrival.findIndex(({ eventTimeUs }) => eventTimeUs >= 1_040 * SECOND);
  arrival.splice(upload, 0, ...samples.filter(isCutOff));
  return [
    signal(source, 'life', 1_000, { id: 'start', phase: 'START', metadata: { load: 7 } }),
    ...arrival,
    signal(source, 'life', 1_059, { id: 'stop', phase: 'STOP', metadata: { fault: 'leak' } }),
    signal(source, 'life', 2_000, { id: 'end', phase: 'WATERMARK' }),
  ];
}
