// A processor's whole life on the real hub: two instances of a first version, a second version that takes over while windows are in
// flight, a pause, a drain, its removal. Every window must end in one outcome of each algorithm, whoever worked on it.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeCurrent, fromValue, type OutcomeEvent, type ResultRecord, splitWireFormat } from '@windlass/contracts';
import { eventually, testStack } from '@windlass/testing';
import kafkajs from 'kafkajs';
import { TestHub } from './hub.fixture.ts';

const DEADLINE_MS = 240_000;
const SECOND_US = 1_000_000;
const SOURCES = ['pump-1', 'pump-2', 'pump-3', 'pump-4', 'pump-5', 'pump-6', 'pump-7', 'pump-8'];
const ground = new TestHub('processor life');
const program = fileURLToPath(new URL('../dist/processor-life.program.js', import.meta.url));
const baseUs = Math.floor(Date.now() / 1000 - 86_400) * SECOND_US;

let consumer: kafkajs.Consumer;
const outcomes: OutcomeEvent[] = [];
const results: ResultRecord[] = [];

beforeAll(async () => {
  await ground.start({ partitions: 4 });
  const { outcomes: outcomesTopic, results: resultsOf } = ground.topics;
  const { kafkaBrokers } = await testStack();
  const kafka = new kafkajs.Kafka({ brokers: [...kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING });
  consumer = kafka.consumer({ groupId: `${outcomesTopic}.test`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [outcomesTopic, resultsOf('default')], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      const { body } = splitWireFormat(message.value);
      if (topic === outcomesTopic) outcomes.push(decodeCurrent('outcomes', body));
      else results.push(decodeCurrent('results', body));
    },
  });
  await ask('dag-registry', 'PUT', '/v1/definitions', {
    windowTypes: [
      {
        ...{ name: 'tick', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1s' } } },
        policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
      },
    ],
    sources: SOURCES.map((name) => ({ name, kind: 'pump' })),
  });
}, DEADLINE_MS);

afterAll(async () => {
  await ground.stop();
  await consumer?.disconnect();
}, DEADLINE_MS);

const ask: TestHub['ask'] = (...asked) => ground.ask(...asked);
const run: TestHub['run'] = (...args) => ground.run(...args);

/** A sample of every source in the middle of each second from one on: so many windows of each fire, all but the last. */
let sentSeconds = 0;
async function send(seconds: number, paceMs = 0): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    const eventTime = baseUs + sentSeconds++ * SECOND_US + SECOND_US / 2;
    const signals = SOURCES.map((source) => ({
      source,
      id: `${source}-${eventTime}`,
      name: 'sample',
      eventTime,
      values: {},
    }));
    await ask('trigger', 'POST', '/v1/signals', { signals });
    if (paceMs > 0) await delay(paceMs);
  }
}

const firedWindows = () => SOURCES.length * (sentSeconds - 1);

const start = (name: string, version: string) =>
  ground.hub.startProcess({
    ...{ name, script: program, env: { TEST_VERSION: version, WINDLASS_WORKERS: '2', WINDLASS_INSTANCE: name } },
    args: [],
  });

/** What was told of an algorithm: by window, its outcomes. */
function told(algorithm: string): Map<string, string[]> {
  const byWindow = new Map<string, string[]>();
  for (const { windowId, outcomes: all } of outcomes)
    for (const one of all) {
      if (one.algorithm !== algorithm) continue;
      const text = one.state === 'SUCCEEDED' ? String(fromValue(one.result!)) : `${one.state} ${one.reason?.code}`;
      byWindow.set(windowId, [...(byWindow.get(windowId) ?? []), text]);
    }
  return byWindow;
}

const values = (algorithm: string): string[] => [...told(algorithm).values()].flat();
const settled = (algorithm = 'level@1') =>
  eventually(() => told(algorithm).size === firedWindows(), {
    deadlineMs: DEADLINE_MS,
    describe: () => `${told(algorithm).size} of ${firedWindows()} windows`,
  });
const health = () => ask('dag-registry', 'GET', '/v1/processors/health');
const alive = async () => (await health()).instances.filter((one: any) => one.isAlive);
const answersWith = (code: string) =>
  results.flatMap(({ items }) => items.filter(({ error }) => error?.code === code)).length;

describe('the life of a processor', () => {
  it(
    'a second version takes over while windows are in flight, and every window ends in one outcome',
    async () => {
      const old = [await start('first-a', '1'), await start('first-b', '1')];
      await eventually(async () => (await alive()).length === 2, { deadlineMs: DEADLINE_MS });
      await send(12);
      await settled();
      // Two instances of one name share the work.
      expect(new Set(values('level@1')).size).toBe(2);
      const { number } = await ask('dag-registry', 'GET', '/v1/dag');

      // Beside each other: what only the second has, the first answers NOT_HERE.
      const sending = { until: true };
      const flow = (async () => {
        while (sending.until) await send(1, 200);
      })();
      await Promise.all([start('second-a', '2'), start('second-b', '2')]);
      await eventually(async () => (await alive()).length === 4, { deadlineMs: DEADLINE_MS });
      expect((await ask('dag-registry', 'GET', '/v1/dag')).number).toBe(number + 1);
      await eventually(() => answersWith('NOT_HERE') > 0, { deadlineMs: DEADLINE_MS });
      await Promise.all(old.map((one) => one.stop()));
      expect(await Promise.all(old.map((one) => one.ended))).toEqual([0, 0]);
      await eventually(async () => (await alive()).length === 2);
      sending.until = false;
      await flow;
      await send(5);
      await settled();
      for (const [, all] of told('level@1')) expect(all).toEqual([expect.stringMatching(/^[12]:\d+$/)]);

      // From the revision that has them on, the new algorithms ran on every window; and nothing was told twice.
      const since = outcomes.filter(({ dagRevision }) => dagRevision > number);
      const windows = new Set(since.map(({ windowId }) => windowId));
      await eventually(() => told('watch@1').size === windows.size && told('trend@1').size === windows.size, {
        deadlineMs: DEADLINE_MS,
      });
      for (const algorithm of ['trend@1', 'watch@1'])
        for (const [, all] of told(algorithm)) expect(all).toEqual([expect.stringMatching(/^2/)]);
      const ids = outcomes.flatMap((event) => event.outcomes.map(({ executionId }) => executionId));
      expect(new Set(ids).size).toBe(ids.length);
      expect(values('level@1').some((value) => value.startsWith('2'))).toBe(true);

      const { version, state, instances } = await health();
      expect({ version, state }).toEqual({ version: '2', state: 'ALIVE' });
      expect(instances.map((one: any) => one.state).sort()).toEqual(['RUNNING', 'RUNNING', 'STOPPED', 'STOPPED']);
    },
    DEADLINE_MS,
  );

  it(
    'a new runtime, host or number of instances changes no revision',
    async () => {
      const { number } = await ask('dag-registry', 'GET', '/v1/dag');
      const third = await ground.hub.startProcess({
        ...{ name: 'second-c', script: program },
        env: { TEST_VERSION: '2', WINDLASS_WORKERS: '1', NODE_OPTIONS: '--max-old-space-size=200', HOSTNAME: 'other' },
      });
      await eventually(async () => (await alive()).length === 3, { deadlineMs: DEADLINE_MS });
      await third.stop();
      expect((await ask('dag-registry', 'GET', '/v1/dag')).number).toBe(number);
    },
    DEADLINE_MS,
  );

  it(
    'an algorithm is drained while the others go on, a window type with all that runs on it',
    async () => {
      expect(await run('drain', 'level@1', '--why', 'a new model')).toBe(
        'algorithm level@1 is being drained; `windlass resume level@1` ends that\n' +
          'drained: nothing of level@1 is under way; 0 tasks wait\n',
      );
      const [level, watch] = [told('level@1').size, told('watch@1').size];
      await send(3);
      const fired = SOURCES.length * 3;
      await eventually(() => told('watch@1').size === watch + fired, { deadlineMs: DEADLINE_MS });
      expect(told('level@1').size).toBe(level);
      expect(await run('drain', 'windowType:tick@1')).toContain(
        'drained: nothing of tick@1 is under way; 0 tasks wait',
      );
      await send(1);
      await eventually(
        async () => {
          const { holds } = await ask('router', 'GET', '/v1/holds');
          return holds.find((one: any) => one.kind === 'windowType').queued === SOURCES.length;
        },
        { deadlineMs: DEADLINE_MS },
      );
      expect(told('watch@1').size).toBe(watch + fired);
      expect(await run('resume', 'windowType:tick@1')).toBe('windowType tick@1 goes on\n');
      expect(await run('resume', 'level@1')).toBe('algorithm level@1 goes on\n');
      await settled();
      expect((await ask('dag-registry', 'GET', '/v1/processors/health')).state).toBe('ALIVE');
    },
    DEADLINE_MS,
  );

  it(
    'paused it gets nothing, drained that is told, resumed it goes on with all that waited; then it is removed',
    async () => {
      expect(await run('pause', 'health', '--why', 'the pumps are cleaned')).toBe('processor health is paused\n');
      await eventually(async () => (await ask('router', 'GET', '/v1/holds')).holds.length === 1);
      const before = told('level@1').size;
      await send(10);
      await eventually(
        async () => (await ask('router', 'GET', '/v1/holds')).holds[0].queued === firedWindows() - before,
        { deadlineMs: DEADLINE_MS },
      );
      expect(told('level@1').size).toBe(before);
      expect(await run('drain', 'health')).toContain('drained: nothing of health is under way; 80 tasks wait');
      expect(await run('processors', 'list')).toMatch(/health +DRAINING +2 .*being drained/);
      expect(await run('resume', 'health')).toBe('processor health goes on\n');
      await settled();
      for (const [, all] of told('level@1')) expect(all).toHaveLength(1);

      expect(await run('processors', 'remove', 'health', '--why', 'its pumps are gone')).toMatch(
        /Removed: DAG revision \d+/,
      );
      expect(await run('audit', '--subject', 'health', '--limit', '3')).toMatch(
        /HOLD .*resumed processor health\n.*gone\n.*RETIREMENT .*\n.*gone\n.*HOLD .*draining processor health\n/,
      );
      expect((await ask('dag-registry', 'GET', '/v1/holds')).holds).toEqual([]);
      expect((await ask('dag-registry', 'GET', '/v1/processors')).processors).toEqual([]);
    },
    DEADLINE_MS,
  );
});
