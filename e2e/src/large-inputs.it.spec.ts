// A parent whose children's results are larger together than a record may be, on the real hub: they travel by reference, and what is made
// of them is right to the bit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, taskOfFile } from '@windlass/contracts';
import { eventually } from '@windlass/testing';
import { TestHub } from './hub.fixture.ts';
import { DOUBLES, fingerprintOf, traceOf } from './large-inputs.traces.ts';

const DEADLINE_MS = 240_000;
const SECOND_US = 1_000_000;
const CHILDREN = 12;
const ground = new TestHub('large inputs');
const program = fileURLToPath(new URL('../dist/large-inputs.program.js', import.meta.url));
/** Where a shift begins. */
const baseUs = Math.floor(Date.now() / 1000 / CHILDREN - 7_200) * CHILDREN * SECOND_US;

const ask: TestHub['ask'] = (...asked) => ground.ask(...asked);

const fixed = (name: string, size: string, more: object = {}) => ({
  ...{ name, version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size } }, ...more },
  policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
});

beforeAll(async () => {
  await ground.start({ partitions: 2 });
  const open = { fixed: { size: '1s', align: 'parent' } };
  await ask('dag-registry', 'PUT', '/v1/definitions', {
    windowTypes: [fixed('shift', `${CHILDREN}s`), fixed('cycle', '1s', { parent: 'shift@1', open })],
    sources: [{ name: 'pump-1', kind: 'pump' }],
  });
  await ground.hub.startProcess({ name: 'traces', script: program, env: { WINDLASS_WORKERS: '2' } });
}, DEADLINE_MS);

afterAll(() => ground.stop(), DEADLINE_MS);

describe('inputs that are larger together than a record, and results that fill one', () => {
  it(
    'reach their algorithm by reference, its result is right to the bit, and all have an outcome',
    async () => {
      await eventually(async () => (await ask('dag-registry', 'GET', '/v1/processors')).processors.length === 1);
      const starts = Array.from({ length: CHILDREN }, (_, n) => baseUs + n * SECOND_US);
      const signals = [...starts, baseUs + CHILDREN * SECOND_US].map((startUs) => ({
        ...{
          source: 'pump-1',
          id: `sample-${startUs}`,
          name: 'sample',
          eventTime: startUs + SECOND_US / 2,
          values: {},
        },
      }));
      await ask('trigger', 'POST', '/v1/signals', { signals });
      const path = '/v1/results?source=pump-1&algorithm=joined@1&revisions=all';
      const [outcome] = await eventually(
        async () => {
          const { results } = await ask('result-collector', 'GET', path);
          return results.length > 0 && results;
        },
        { deadlineMs: DEADLINE_MS },
      );
      expect(outcome).toMatchObject({ state: 'SUCCEEDED', attempt: 1, reason: null });
      expect(outcome.result.value.map(({ value }: { value: unknown }) => value)).toEqual([
        String(baseUs),
        ...starts.map((startUs) => fingerprintOf(traceOf(startUs, DOUBLES))),
      ]);
      const both = await eventually(
        async () => {
          const told = ['whole', 'again'].map((name) => ask('result-collector', 'GET', path.replace('joined', name)));
          const found = (await Promise.all(told)).flatMap(({ results }) => results);
          return found.length === 2 && found;
        },
        { deadlineMs: DEADLINE_MS },
      );
      expect(both.map(({ state, attempt, reason }: any) => [state, attempt, reason])).toEqual([
        ['SUCCEEDED', 1, null],
        ['SUCCEEDED', 1, null],
      ]);
      const file = join(ground.dataDir, 'task.json');
      await ground.run('task', 'save', outcome.executionId, '--out', file);
      const { task } = taskOfFile(readFileSync(file, 'utf8'));
      const traces = task.inputs.filter(({ relation }) => relation === 'CHILDREN');
      expect(traces.map(({ result }) => fingerprintOf(fromValue(result!) as Float64Array))).toEqual(
        starts.map((startUs) => fingerprintOf(traceOf(startUs, DOUBLES))),
      );
    },
    DEADLINE_MS,
  );
});
