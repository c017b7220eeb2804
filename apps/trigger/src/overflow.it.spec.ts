import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Signal } from '@windlass/contracts';
import { createKafka, silentLog } from '@windlass/messaging';
import { testStack } from '@windlass/testing';
import type { IHeaders } from 'kafkajs';
import { eventually, policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const ten = windowType(
  'ten',
  { kind: 'fixed', sizeUs: 10 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep' },
  { keepSignals: { count: 1_000, bytes: 1_000_000 } as never },
);
const policies = [policyOf(ten, { idleTimeoutMs: 200, onIdle: 'advance', maxIdleMs: 1_000 })];
const limit = { WINDLASS_TRIGGER_SOURCE_SIGNALS_PER_SECOND: '1', WINDLASS_TRIGGER_SOURCE_SIGNALS_BURST: '20' };

/** A second of event time after the other. */
const series = (source: string, from: number, to: number): Signal[] =>
  Array.from({ length: to - from }, (_, n) => ({
    ...signal(source, 'sample', from + n),
    id: `${source}-${from + n}`,
    values: { n: from + n },
  }));

interface Stored {
  readonly key: string;
  readonly value: Buffer;
  readonly offset: number;
  readonly headers: IHeaders;
}

describe('a source that sends more than it may', () => {
  let ground: TriggerGround;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(() => testStack());
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await ground?.close();
  });

  const follow = async (topic: string): Promise<Stored[]> => {
    const { kafkaBrokers } = await testStack();
    const stored: Stored[] = [];
    const consumer = createKafka({ brokers: kafkaBrokers, clientId: 'test' }, silentLog).consumer({
      groupId: `${topic}.test`,
    });
    closing.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { key, value, offset, headers } }) => {
        stored.push({ key: String(key), value: value!, offset: Number(offset), headers: headers ?? {} });
        return Promise.resolve();
      },
    });
    return stored;
  };
  const begin = async (test: string) => {
    ground = await TriggerGround.make(test);
    await ground.define({ windowTypes: [ten], policies, sources: [] });
    return ground.start(limit);
  };
  const parkedOf = async (url: string): Promise<any[]> =>
    ((await (await fetch(`${url}/v1/overflow`)).json()) as any).sources;
  const release = (url: string, source: string) => fetch(`${url}/v1/overflow/${source}/release`, { method: 'POST' });
  /** Without what the hub writes of a source that is silent for a moment: a machine that is busy may make it so. */
  const sentBy = (source: string, stored: readonly Stored[]) =>
    stored.filter(({ key, headers }) => key === source && String(headers['ce_source']) !== '/windlass/trigger');
  const startsOf = (source: string) =>
    ground
      .finalPanes('ten@1')
      .filter(({ key }) => key === source)
      .map(({ startUs, elements }) => [startUs / SECOND, elements]);
  const metric = async (url: string, name: string) =>
    Number(
      new RegExp(`^windlass_trigger_${name}{[^}]*} (\\S+)$`, 'm').exec(
        await (await fetch(`${url}/metrics`)).text(),
      )?.[1],
    );

  it('is parked with everything later of it, bit for bit and in order, and nobody else is', async () => {
    const { url, stop } = await begin('parked');
    const overflow = await follow(ground.topics.overflow);
    const signals = await follow(ground.topics.signals);
    await ground.send(...series('flood', 0, 60), ...series('calm', 0, 20));
    const parked = () => sentBy('flood', overflow);
    await eventually(() => parked().length === 40);
    await ground.send(...series('flood', 60, 80));
    await eventually(() => parked().length === 60);
    await eventually(() => startsOf('calm').length > 0);

    const sent = sentBy('flood', signals).slice(20);
    expect(parked().map(({ value }) => value.toString('hex'))).toEqual(sent.map(({ value }) => value.toString('hex')));
    expect(parked().map(({ headers }) => Number(headers['windlass-error-offset']))).toEqual(
      sent.map((one) => one.offset),
    );
    expect(parked().map(({ headers }) => String(headers['ce_id']))).toEqual(
      sent.map(({ headers }) => String(headers['ce_id'])),
    );
    expect(new Set(parked().map(({ headers }) => String(headers['windlass-error-code'])))).toEqual(
      new Set(['SOURCE_PARKED']),
    );

    expect(await parkedOf(url)).toMatchObject([
      { source: 'flood', signals: 21, perSecond: 1, burst: 20, firstOffset: String(sent[0]!.offset) },
    ]);
    await eventually(() => ground.notices.length > 0);
    expect(ground.notices).toMatchObject([
      { kind: 'SOURCE_PARKED', severity: 'WARNING', subject: 'flood', owner: 'default', details: { perSecond: '1' } },
    ]);
    expect(ground.notices[0]!.message).toContain('windlass overflow release flood');
    expect(await metric(url, 'parked_sources')).toBe(1);
    expect(await metric(url, 'parked_records_total')).toBe(overflow.length);
    expect((await release(url, 'calm')).status).toBe(404);

    await stop();
    const again = await ground.start(limit);
    await ground.send(...series('flood', 80, 83), ...series('calm', 20, 40));
    // What a stop has cut off in its batch comes twice.
    const ids = () => new Set(parked().map(({ headers }) => String(headers['ce_id'])));
    await eventually(() => ids().size === 63);
    await eventually(() => startsOf('calm').length > 3);
    expect(await metric(again.url, 'parked_sources')).toBe(1);
    expect(ground.notices).toHaveLength(1);
    expect(startsOf('flood')).toEqual([[0, 10]]);
  });

  it('comes back whole and in order while it goes on to send, and its panes are as without a limit', async () => {
    const { url } = await begin('released');
    const overflow = await follow(ground.topics.overflow);
    const signals = await follow(ground.topics.signals);
    await ground.send(...series('flood', 0, 700));
    await eventually(() => sentBy('flood', overflow).length === 680);
    let sent = 700;
    const isParked = async () => (await parkedOf(url)).length > 0;
    expect((await release(url, 'flood')).status).toBe(202);
    while (await isParked()) await ground.send(...series('flood', sent, ++sent));
    await ground.send(...series('flood', sent, sent + 5), signal('flood', 'end', 10_000));
    const last = Math.floor((sent + 4) / 10) * 10;
    await eventually(() => startsOf('flood').at(-1)?.[0] === last);
    const panes = ground.finalPanes('ten@1').filter(({ key }) => key === 'flood');
    expect(panes.flatMap(({ signals: kept }) => kept?.map(({ id }) => id) ?? [])).toEqual(
      series('flood', 0, sent + 5).map(({ id }) => id),
    );
    expect(ground.deadLetters).toEqual([]);
    expect(ground.notices.map(({ kind }) => kind)).toEqual(['SOURCE_PARKED', 'SOURCE_RELEASED']);
    const back = signals.filter(({ headers }) => headers['windlass-released'] !== undefined);
    const firsts = new Map(signals.map((one) => [one.offset, one]));
    for (const { headers, value } of back)
      expect(value.equals(firsts.get(Number(headers['windlass-released']))!.value)).toBe(true);
    expect(back.some(({ headers }) => headers['windlass-error-code'] !== undefined)).toBe(false);
    expect(await metric(url, 'parked_sources')).toBe(0);
  });

  it('goes on where a release was interrupted, and what cannot be read does not stop it', async () => {
    const first = await begin('interrupted');
    const overflow = await follow(ground.topics.overflow);
    await ground.send(...series('flood', 0, 25));
    await eventually(() => sentBy('flood', overflow).length === 5);
    const { kafkaBrokers } = await testStack();
    const producer = createKafka({ brokers: kafkaBrokers, clientId: 'test' }, silentLog).producer();
    closing.push(() => producer.disconnect());
    await producer.connect();
    const partition = 0;
    await producer.send({ topic: ground.topics.signals, messages: [{ key: 'flood', value: 'no signal', partition }] });
    await ground.send(...series('flood', 25, 3_000));
    await eventually(() => sentBy('flood', overflow).length === 2_981);
    expect((await release(first.url, 'flood')).status).toBe(202);
    await eventually(async () => {
      const [parked] = await parkedOf(first.url);
      return parked && Number(parked.releasedOffset) > Number(parked.firstOffset);
    });
    await first.stop();
    const { url } = await ground.start(limit);
    const [parked] = await parkedOf(url);
    if (parked) expect((await release(url, 'flood')).status).toBe(202);
    await eventually(async () => (await parkedOf(url)).length === 0);
    await ground.send(...series('flood', 3_000, 3_011));
    await eventually(() => startsOf('flood').length >= 300);
    expect(startsOf('flood').slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, n) => [n * 10, 10]));
    expect(ground.deadLetters.map(({ bytes }) => bytes.toString())).toEqual(['no signal']);
  });
});
