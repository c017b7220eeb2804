import { expect, it } from '@jest/globals';
import { errorHeaderNames, headerNames, lateHeaderNames, topicNames } from '@windlass/contracts';
import { applyEntry, emptyRegistryView, type AvailabilityPolicy, type WindowType } from '@windlass/dag';
import { compilePlans, emptyStoredSource, stepStored, type Input, type Phase, type Step } from '@windlass/windowing';
import { messagesOf } from './messages.ts';

const SECOND = 1_000_000;
const NOW_US = 1_800_000_000 * SECOND;

const windowType = (name: string, signal: string, parent?: string): WindowType => ({
  name,
  version: '1',
  owner: 'test',
  for: {},
  reads: ['sample'],
  ...(parent !== undefined && { parent }),
  open: { kind: 'startStop', signal, onSecondStart: 'ignore', maxDurationUs: 1_000 * SECOND },
  keepSignals: null,
  metadata: {},
  metadataFromClose: false,
});

const policy = (windowTypeRef: string, allowedLatenessUs: number): AvailabilityPolicy => ({
  windowType: windowTypeRef,
  number: 1,
  outOfOrdernessUs: 0,
  idleTimeoutMs: null,
  onIdle: 'hold',
  maxIdleMs: 1_000,
  early: null,
  allowedLatenessUs,
  coalesceLateMs: 0,
  maxAheadUs: null,
  dedupeHorizonUs: allowedLatenessUs,
});

const plan = compilePlans(
  [
    {
      kind: 'REVISION' as const,
      name: '1',
      body: {
        number: 1,
        windowTypes: [windowType('life', 'life'), windowType('run', 'run', 'life@1')],
        processors: [],
        algorithms: [],
      },
    },
    { kind: 'POLICY' as const, name: 'life@1', body: policy('life@1', 100 * SECOND) },
    { kind: 'POLICY' as const, name: 'run@1', body: policy('run@1', 0) },
  ].reduce(
    (view, { body, ...entry }) => applyEntry(view, { ...entry, number: 1, body: JSON.stringify(body) }),
    emptyRegistryView,
  ),
)({ name: 'pump-1', kind: 'pump', groups: [], labels: {} });

const input = (id: string, name: string, phase: Phase, seconds: number): Input => ({
  kind: 'signal',
  signal: {
    ...{ id, name, phase, eventTimeUs: seconds * SECOND, values: {}, count: 1, correlation: null, metadata: {} },
    cause: null,
  },
});

/** What the last of these inputs did, each in a batch of its own. */
function lastStep(inputs: readonly Input[]): Step {
  let source = emptyStoredSource;
  let last: Step | undefined;
  for (const one of inputs) {
    const taken = stepStored(source, { key: 'pump-1', plan, nowUs: NOW_US, inputs: [one] });
    source = taken.source;
    last = taken.step;
  }
  return last!;
}

it('a signal that was refused long after it was read goes, as it is known, to the topic that is meant, with the reason', () => {
  const topics = topicNames('windlass');
  const origin = { source: 'pump-1', nowUs: NOW_US, causedBy: undefined };
  const waited = lastStep([
    input('go', 'run', 'START', 12),
    input('halt', 'run', 'STOP', 18),
    input('s', 'sample', 'POINT', 40),
    input('begin', 'life', 'START', 3),
  ]);
  expect(messagesOf(topics, waited, origin)).toMatchObject([
    {
      topic: topics.late,
      key: 'pump-1',
      value: { id: 'go', source: 'pump-1', phase: 'START' },
      headers: {
        [headerNames.id]: 'go',
        [errorHeaderNames.code]: 'LATE_WITHIN',
        [lateHeaderNames.eventTime]: '12000000',
        [lateHeaderNames.lateFor]: 'run@1:40000000',
      },
    },
  ]);
  const alone = lastStep([input('halt', 'life', 'STOP', 5), input('s', 'sample', 'POINT', 40)]);
  const [dead] = messagesOf(topics, alone, origin);
  expect(dead).toMatchObject({ topic: topics.dlq, headers: { [errorHeaderNames.code]: 'STOP_WITHOUT_START' } });
  expect(dead!.headers).not.toHaveProperty([lateHeaderNames.lateFor]);
});
