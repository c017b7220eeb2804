// What cannot be used on the real hub: found, mended, sent again, seen again with its history, dropped; and what came too late.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testStack } from '@windlass/testing';
import kafkajs from 'kafkajs';
import { TestHub } from './hub.fixture.ts';

const DEADLINE_MS = 120_000;
const SECOND_US = 1_000_000;
const ground = new TestHub('dead letters');
const { topics } = ground;
const baseUs = Math.floor(Date.now() / 1000 - 86_400) * SECOND_US;

let producer: kafkajs.Producer;

const tick = {
  ...{ name: 'tick', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1s' } } },
  policy: { outOfOrderness: '0s', allowedLateness: '0s', idleTimeout: 'never' },
};
const inspection = {
  ...{ name: 'inspection', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { emission: {} } },
  policy: { outOfOrderness: '0s', allowedLateness: '1h', idleTimeout: 'never' },
};

beforeAll(async () => {
  await ground.start({ partitions: 2, services: ['dag-registry', 'trigger', 'result-collector'] });
  const { kafkaBrokers } = await testStack();
  const kafka = new kafkajs.Kafka({ brokers: [...kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING });
  producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await ask('dag-registry', 'PUT', '/v1/definitions', {
    windowTypes: [tick],
    sources: [{ name: 'pump-1', kind: 'pump' }],
  });
}, DEADLINE_MS);

afterAll(async () => {
  await ground.stop();
  await producer?.disconnect();
}, DEADLINE_MS);

const ask: TestHub['ask'] = (...asked) => ground.ask(...asked);

/** What a command prints, or why it fails. */
async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ground.windlass(...args);
  return code === 0 ? stdout : stderr;
}

const letters = async (query: string): Promise<any[]> =>
  (await ask('result-collector', 'GET', `/v1/dead-letters?${query}`)).deadLetters;
const letter = (id: string): Promise<any> => ask('result-collector', 'GET', `/v1/dead-letters/${id}`);
const redrive = (id: string, body: object = {}) =>
  ground.answer('result-collector', 'POST', `/v1/dead-letters/${id}/redrive`, body);
const some = (query: string, count = 1) =>
  eventually(async () => {
    const found = await letters(query);
    return found.length >= count && found;
  });

const REASON = 'UNKNOWN_WINDOW_TYPE';
const unknown = `reason=${REASON}`;

describe('a dead letter', () => {
  it(
    'is found, fails again with its history while nothing is mended, and is taken once it is',
    async () => {
      const window = { windowType: 'inspection@1', source: 'pump-1', start: baseUs, end: baseUs + 10 * SECOND_US };
      await ask('trigger', 'POST', '/v1/emissions', { emissions: [window] });
      const [{ id }] = await some(`${unknown}&topic=${topics.emissions}&source=pump-1&state=OPEN`);
      expect(await run('dlq', 'list', '--reason', REASON)).toMatch(new RegExp(`^${id} .*OPEN .*${REASON} .*pump-1`));
      const shown = await letter(id);
      expect(shown).toMatchObject({
        ...{ origin: { topic: topics.emissions }, stage: 'trigger', undecodable: null, history: [], redriveCount: 0 },
        decoded: { windowType: 'inspection@1', key: 'pump-1', startUs: baseUs },
        message: expect.stringContaining('inspection@1'),
      });

      expect(await run('dlq', 'redrive', id, '--dry-run')).toContain('would be sent again');
      expect((await letter(id)).state).toBe('OPEN');

      // Two at once: one of them does it.
      const both = await Promise.all([redrive(id, { why: 'too early' }), redrive(id, { why: 'too early' })]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(both.find(({ status }) => status === 409)!.body.code).toBe('ALREADY_REDRIVEN');
      const [, second] = await some(unknown, 2);
      expect(second).toMatchObject({
        ...{ state: 'OPEN', redriveCount: 1 },
        history: [{ deadLetter: id, code: REASON, by: 'local', why: 'too early' }],
      });
      expect(await letter(id)).toMatchObject({
        ...{ state: 'REDRIVEN', cameBackAs: second.id },
        settlements: [{ kind: 'REDRIVEN', by: 'local', why: 'too early' }],
      });
      expect((await letter(second.id)).value).toBe(shown.value);
      expect(await run('dlq', 'redrive', id)).toMatch(/--again \[ALREADY_REDRIVEN\]/);
      expect(await letters(unknown)).toHaveLength(2);

      await ask('dag-registry', 'PUT', '/v1/definitions', { windowTypes: [inspection] });
      // The trigger may hear of it a little later than we do.
      const opened = await eventually(async () => {
        expect(await run('dlq', 'redrive', '--all', '--reason', REASON, '--why', 'registered')).not.toContain(
          'refused',
        );
        const { windows } = await ask('trigger', 'GET', '/v1/windows?source=pump-1&type=inspection@1');
        return windows.length > 0 && windows;
      });
      expect(opened).toMatchObject([{ startUs: baseUs, endUs: baseUs + 10 * SECOND_US }]);
      const all = await letters(unknown);
      expect(all.map(({ state }) => state)).toEqual(all.map(() => 'REDRIVEN'));
      expect(all.at(-1)).toMatchObject({ cameBackAs: null, redriveCount: all.length - 1 });
      expect(await run('dlq', 'show', all.at(-1).id)).toMatch(
        /history: sent again .*too early.*sent again .*registered/s,
      );
    },
    DEADLINE_MS,
  );

  it(
    'of any bytes is shown in hex, is not sent where it would fail for the same again, and is dropped with who and why',
    async () => {
      const value = Buffer.from([0xff, 0, 1, 2]);
      await producer.send({
        topic: topics.signals,
        messages: [{ key: null, value, partition: 1, headers: { own: 'x' } }],
      });
      const [{ id }] = await some('reason=NO_KEY');
      expect(await letter(id)).toMatchObject({
        ...{ key: null, value: 'ff000102', decoded: null, undecodable: { code: expect.any(String) } },
        ...{ headers: { own: 'x' }, origin: { position: { topic: topics.signals, partition: 1, offset: '0' } } },
      });
      expect(await redrive(id)).toMatchObject({ status: 409, body: { code: 'NOT_REDRIVABLE' } });
      expect(await run('dlq', 'drop', '--all', '--reason', 'NO_KEY', '--why', 'a test')).toContain('dropped');
      expect(await letter(id)).toMatchObject({
        ...{ state: 'DROPPED', settlements: [{ kind: 'DROPPED', by: 'local', why: 'a test' }] },
      });
      expect(await run('dlq', 'drop', id, '--why', 'again')).toContain('ALREADY_DROPPED');
    },
    DEADLINE_MS,
  );

  it('is not asked for with a question that means all or none', async () => {
    expect(await run('dlq', 'redrive')).toContain('WHICH_DEAD_LETTERS');
    const { status } = await ground.answer('result-collector', 'POST', '/v1/dead-letters/redrive', {});
    expect(status).toBe(400);
  });
});

it(
  'a late element tells for which windows it was too late and by how much, and is not sent again',
  async () => {
    const sample = (second: number) => {
      const eventTime = baseUs + second * SECOND_US;
      return { source: 'pump-1', id: `sample-${second}`, name: 'sample', eventTime, values: {} };
    };
    await ask('trigger', 'POST', '/v1/signals', { signals: [sample(0), sample(100), sample(5)] });
    const [{ id }] = await eventually(async () => {
      const { lateElements } = await ask('result-collector', 'GET', '/v1/late-elements?windowType=tick@1');
      expect(lateElements).toMatchObject([
        {
          ...{ source: 'pump-1', eventTimeUs: baseUs + 5 * SECOND_US, code: 'LATE' },
          lateFor: [{ windowType: 'tick@1', finalUpToUs: baseUs + 100 * SECOND_US, behindUs: 95 * SECOND_US }],
        },
      ]);
      return lateElements;
    });
    expect(await run('late', 'list')).toContain('1m35s behind');
    expect(await run('late', 'summary', '--by', 'source')).toMatch(/tick@1 +pump-1 +1 too late +behind by 1m35s/);
    expect(await run('late', 'show', id)).toContain('"name": "sample"');
    expect(await run('late', 'redrive', id)).toMatch(/windlass late show .*windlass dial set.*\[LATE_AGAIN\]/);
  },
  DEADLINE_MS,
);

it(
  'those that are open are counted by topic and reason',
  async () => {
    const window = { windowType: 'nowhere@1', source: 'pump-1', start: baseUs, end: baseUs + SECOND_US };
    await ask('trigger', 'POST', '/v1/emissions', { emissions: [window] });
    const metric = `open_dead_letters{topic="${topics.emissions}",reason="${REASON}"`;
    await eventually(
      async () => {
        const text = await (await fetch(`${ground.hub.urls['result-collector']}/metrics`)).text();
        return text.split('\n').some((line) => line.includes(metric) && line.endsWith(' 1'));
      },
      { deadlineMs: 40_000, describe: metric },
    );
  },
  DEADLINE_MS,
);
