/** Algorithms that tell what they see: the window, its signals, their inputs, the trace. */
import {
  algorithm,
  children,
  list,
  members,
  parent,
  previous,
  remote,
  same,
  string,
  type AnyAlgorithm,
  type Input,
} from '../index.ts';
import type { ResultValue } from '@windlass/contracts';

const on = 'conformance@1';
const given = remote<string>('given@1');
const runWithout = { onMissing: 'runWithout' } as const;

const each = (word: string, inputs: readonly Input<string>[]): string[] =>
  inputs.map(({ windowId, value }) => `${word}:${windowId}=${value}`);

const inputs = algorithm(
  {
    name: 'inputs',
    version: '1',
    on,
    needs: {
      same: same(given, runWithout),
      parent: parent(given, runWithout),
      children: children(given),
      three: previous(given, 3),
      hour: previous(given, '1h'),
      ranged: same(remote<string>('ranged@^1.0'), runWithout),
      members: members(given),
    },
    result: list<string>(),
  },
  ({ inputs: seen }) => [
    `same:${seen.same ?? 'none'}`,
    `parent:${seen.parent ?? 'none'}`,
    ...each('child', seen.children),
    ...each('three', seen.three),
    ...each('hour', seen.hour),
    `ranged:${seen.ranged ?? 'none'}`,
    ...each('member', seen.members),
  ],
);

const whole = (value: number): bigint => BigInt(value);
const wholeOrNull = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

const window = algorithm(
  {
    name: 'window',
    version: '1',
    on: { windowType: on, timing: ['EARLY', 'ON_TIME', 'LATE', 'FINAL'], minCompleteness: 0.5 },
    result: list<ResultValue>(),
  },
  ({ window: pane, signals, executionId, attempt }) => [
    pane.key,
    pane.windowType,
    whole(pane.startUs),
    whole(pane.endUs),
    whole(pane.generation),
    whole(pane.revision),
    pane.timing,
    pane.isFinal,
    whole(pane.elements),
    whole(pane.added),
    pane.completeness,
    wholeOrNull(pane.gapUs),
    wholeOrNull(pane.watermarkUs),
    pane.parentWindowId,
    pane.lane,
    pane.source?.kind ?? null,
    pane.metadata['load'] ?? null,
    pane.metadata['shift'] ?? null,
    executionId,
    whole(attempt),
    ...signals.map(({ id, name, eventTimeUs, phase, count, values, correlation }) => [
      id,
      name,
      whole(eventTimeUs),
      phase,
      whole(count),
      values['heap'] ?? null,
      correlation,
    ]),
  ],
);

const traces = algorithm(
  { name: 'traces', version: '1', on, result: string() },
  ({ trace }) => trace?.traceparent ?? 'none',
);

export const sights: readonly AnyAlgorithm[] = [inputs, window, traces];
