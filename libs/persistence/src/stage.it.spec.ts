import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { cloudEventType, errorHeaderNames, headerNames } from '@windlass/contracts';
import { eventually, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { largeId, lateId, patienceId, uselessHeader } from './faults/counting-handler.ts';
import { startCounting, type CountingPlace, type CountingStage } from './faults/counting-stage.ts';
import { Playground } from './faults/playground.ts';

describe('a stage', () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function playground(name: string, extra: Partial<CountingPlace> = {}): Promise<Playground> {
    const prefix = namespaceOf(name);
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    const ground = await Playground.make({
      brokers: kafkaBrokers,
      registryUrl: schemaRegistryUrl,
      postgresUrl: await freshDatabase(prefix),
      prefix,
      partitions: 4,
      families: ['signals', 'emissions'],
      ...extra,
    });
    closing.push(() => ground.close());
    return ground;
  }

  async function start(ground: Playground, extra: Parameters<typeof startCounting>[1] = {}): Promise<CountingStage> {
    const counting = await startCounting(ground.place, extra);
    closing.push(() => counting.stop());
    return counting;
  }

  async function refuses({ stage }: CountingStage, why: RegExp): Promise<void> {
    await eventually(() => {
      const { partitions } = stage.status();
      return partitions.length === 4 && partitions.every(({ trouble }) => why.test(trouble ?? ''));
    });
  }

  it('applies every record once, in order per key, publishes what follows and fires each timer once', async () => {
    const ground = await playground('applies every record once');
    await ground.send({ records: 300, keys: 20 });
    await start(ground);
    await ground.send({ records: 300, keys: 20, from: 300 });
    await ground.settled();
    expect((await ground.notices()).doubles).toBe(0);
  });

  it('goes on where it was after an orderly stop, and publishes nothing twice', async () => {
    const ground = await playground('orderly stop');
    const first = await startCounting(ground.place);
    await ground.send({ records: 200, keys: 10 });
    await eventually(async () => (await ground.tallies()).length > 0);
    await first.stop();
    await ground.send({ records: 200, keys: 10, from: 200 });
    await start(ground);
    await ground.settled();
    expect((await ground.notices()).doubles).toBe(0);
    const { rows } = await ground.sql.query('SELECT min(epoch)::int AS least FROM stage_partition');
    expect(rows).toEqual([{ least: 2 }]);
  });

  it('passes the trace on with a span of its own, and speaks CloudEvents', async () => {
    const ground = await playground('trace');
    await start(ground);
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traced = {
      [headerNames.traceState]: 'vendor=1',
      [headerNames.traceParent]: `00-${trace}-00f067aa0ba902b7-01`,
    };
    const bytes = await ground.encodedSignal('key-1', 's-1');
    await ground.sendRaw({
      topic: ground.names.signals,
      partition: ground.partitionOf('key-1'),
      key: 'key-1',
      value: bytes,
      headers: traced,
    });
    const [notice] = await eventually(async () => {
      const found = await ground.fetchAll(ground.names.notices);
      return found.length > 0 ? found : undefined;
    });
    expect(notice!.headers).toMatchObject({
      [headerNames.traceParent]: expect.stringMatching(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`)),
      [headerNames.traceState]: 'vendor=1',
      [headerNames.cloudEventType]: cloudEventType('notices'),
      [headerNames.cloudEventSource]: '/windlass/counting',
      [headerNames.cloudEventId]: expect.stringMatching(/./),
      [headerNames.cloudEventTime]: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('buries what it cannot read, with its bytes and its place, and reads on', async () => {
    const ground = await playground('poison');
    await start(ground);
    const partition = ground.partitionOf('key-0');
    const good = await ground.encodedSignal('key-0', 's');
    const unknownId = Buffer.from(good);
    unknownId.writeInt32BE(987_654, 1);
    const poison = [
      { code: 'BAD_AVRO', key: 'key-0', value: good.subarray(0, good.length - 4) },
      { code: 'BAD_WIRE_FORMAT', key: 'key-0', value: Buffer.from('{"json": true}') },
      { code: 'BAD_WIRE_FORMAT', key: 'key-0', value: null },
      { code: 'UNKNOWN_SCHEMA_ID', key: 'key-0', value: unknownId },
      { code: 'NO_KEY', key: null, value: good },
    ];
    for (const { key, value } of poison)
      await ground.sendRaw({ topic: ground.names.signals, partition, key, value, headers: { mine: 'kept' } });
    await ground.send({ records: 100, keys: 7 });
    await ground.settled();
    const dead = await ground.fetchAll(ground.names.dlq);
    expect(dead.map(({ key, value, headers }) => ({ code: headers[errorHeaderNames.code], key, value }))).toEqual(
      poison,
    );
    expect(dead.map(({ headers }) => headers)).toEqual(
      poison.map((_, offset) =>
        expect.objectContaining({
          mine: 'kept',
          [errorHeaderNames.topic]: ground.names.signals,
          [errorHeaderNames.partition]: String(partition),
          [errorHeaderNames.offset]: String(offset),
          [errorHeaderNames.stage]: 'counting',
        }),
      ),
    );
  });

  it('forwards a record that lies on the wrong partition once, and buries one that was forwarded and is wrong again', async () => {
    const ground = await playground('wrong partition');
    await start(ground);
    const home = ground.partitionOf('key-3');
    const wrong = (home + 1) % ground.place.partitions;
    const value = await ground.encodedSignal('key-3', 's-3');
    await ground.sendRaw({ topic: ground.names.signals, partition: wrong, key: 'key-3', value });
    await eventually(async () => expect(await ground.tallies()).toMatchObject([{ key: 'key-3', count: 1 }]) ?? true);
    const headers = { [headerNames.forwardedFrom]: '0' };
    await ground.sendRaw({ topic: ground.names.signals, partition: wrong, key: 'key-3', value, headers });
    const dead = await eventually(async () => {
      const found = await ground.fetchAll(ground.names.dlq);
      return found.length > 0 ? found : undefined;
    });
    expect(dead.map((letter) => letter.headers[errorHeaderNames.code])).toEqual(['WRONG_PARTITION']);
    const all = await ground.fetchAll(ground.names.signals);
    expect(all.map(({ partition, headers }) => [partition, headers[headerNames.forwardedFrom]]).sort()).toEqual(
      [
        [wrong, undefined],
        [home, String(wrong)],
        [wrong, '0'],
      ].sort(),
    );
    expect(await ground.tallies()).toMatchObject([{ key: 'key-3', count: 1 }]);
  });

  it('parks a message that its topic cannot hold, in the same commit, and goes on', async () => {
    const ground = await playground('too large');
    await start(ground);
    await ground.publisher.publish([ground.message('signals', 'key-1', `${largeId}1`)]);
    await ground.send({ records: 50, keys: 5 });
    await eventually(async () => (await ground.tallies()).reduce((sum, { count }) => sum + count, 0) === 101);
    const { rows } = await ground.sql.query('SELECT code, topic, key, reason FROM stage_parked');
    expect(rows).toEqual([
      {
        code: 'PAYLOAD_TOO_LARGE',
        topic: ground.names.notices,
        key: 'key-1',
        reason: expect.stringContaining('limit maxRecordBytes is 65536'),
      },
    ]);
    await eventually(async () => (await ground.notices()).byId.size === 100);
  });

  it('parks a message that Kafka refuses for good, and publishes the others', async () => {
    const ground = await playground('refused for good');
    await ground.setTopicConfig(ground.names.notices, { 'max.message.bytes': '600' });
    await ground.publisher.publish([ground.message('signals', 'a-key-of-many-letters-'.repeat(15), 's-1')]);
    await ground.send({ records: 50, keys: 5 });
    await start(ground, {});
    await eventually(async () => (await ground.notices()).byId.size === 100, { deadlineMs: 30_000 });
    const { rows } = await ground.sql.query('SELECT code, topic FROM stage_parked');
    expect(rows).toEqual([{ code: 'MESSAGE_TOO_LARGE', topic: ground.names.notices }]);
  });

  it('parks what is for a topic that does not appear, after some patience', async () => {
    const ground = await playground('missing topic');
    await ground.deleteTopic(ground.names.notices);
    await ground.send({ records: 20, keys: 5 });
    await start(ground);
    await eventually(
      async () => {
        const { rows } = await ground.sql.query('SELECT count(*)::int AS parked FROM stage_parked WHERE topic = $1', [
          ground.names.notices,
        ]);
        return (rows[0] as { parked: number }).parked === 40;
      },
      { deadlineMs: 40_000 },
    );
    await eventually(async () => expect(await ground.tallies()).toEqual(ground.expected()) ?? true);
  });

  it('sends what the handler refuses as late to the late topic, and waits where it asks for patience', async () => {
    const ground = await playground('late and patient');
    const retries: string[] = [];
    await start(ground, {
      metrics: {
        count: (name, { code }) => void (name === 'stage_retries_total' && retries.push(code!)),
        observe: () => undefined,
        set: () => undefined,
      },
    });
    await ground.publisher.publish([
      ground.message('signals', 'key-1', `${lateId}1`),
      ground.message('signals', 'key-1', `${patienceId}1`),
    ]);
    await eventually(async () => expect(await ground.tallies()).toMatchObject([{ key: 'key-1', count: 1 }]) ?? true);
    expect(retries).toEqual(['HANDLER', 'HANDLER', 'HANDLER']);
    const late = await eventually(async () => {
      const found = await ground.fetchAll(ground.names.late);
      return found.length > 0 ? found : undefined;
    });
    expect(late.map(({ headers }) => headers[errorHeaderNames.code])).toEqual(['TOO_LATE']);
  });

  it('passes over what the handler has no use for, keeps its position after a while, and reads on from there', async () => {
    const ground = await playground('passed over');
    const passed: number[] = [];
    const first = await startCounting(ground.place, {
      metrics: {
        count: (name, _labels, by) => void (name === 'stage_passed_over_total' && passed.push(by)),
        observe: () => undefined,
        set: () => undefined,
      },
    });
    const useless = { ...ground.message('signals', 'key-1', 's-0'), headers: { [uselessHeader]: '1' } };
    await ground.publisher.publish([useless, useless, useless]);
    const position = async () => {
      const { rows } = await ground.sql.query(
        'SELECT next_offset::int AS "nextOffset" FROM stage_position WHERE topic = $1 AND partition = $2',
        [ground.names.signals, ground.partitionOf('key-1')],
      );
      return (rows[0] as { nextOffset: number } | undefined)?.nextOffset;
    };
    await eventually(async () => (await position()) === 3);
    await first.stop();
    await start(ground);
    await ground.publisher.publish([ground.message('signals', 'key-1', 's-1')]);
    await eventually(async () => expect(await ground.tallies()).toMatchObject([{ key: 'key-1', count: 1 }]) ?? true);
    expect(passed.reduce((sum, by) => sum + by, 0)).toBe(3);
  });

  it('fills its batches with what it handles: what is diverted takes no room in them', async () => {
    const ground = await playground('diverted aside', { limits: { batchRecords: 20 }, families: ['signals'] });
    for (let round = 0; round < 3; round++) {
      await ground.sendDiverted({ records: 10, keys: 1, from: round * 10 });
      await ground.send({ records: 10, keys: 1, from: round * 10 });
    }
    const sizes: number[] = [];
    const count = () => undefined;
    const observe = (name: string, _labels: object, size: number) =>
      void (name === 'stage_batch_records' && sizes.push(size));
    await start(ground, { metrics: { count, observe, set: () => undefined } });
    await ground.settled();
    expect(sizes.filter((size) => size > 0)).toEqual([20, 10]);
    const { sent, firsts, all } = await ground.diverted();
    expect([sent.length, firsts.length, all.length]).toEqual([30, 30, 30]);
  });

  it('takes what can wait with the next batch that has a reason', async () => {
    const ground = await playground('can wait', { families: ['signals', 'emissions'] });
    const sizes: number[] = [];
    const count = () => undefined;
    const observe = (name: string, _labels: object, size: number) =>
      void (name === 'stage_batch_records' && sizes.push(size));
    const place = { ...ground.place, patientTopic: ground.topicOf('emissions') };
    const counting = await startCounting(place, { metrics: { count, observe, set: () => undefined } });
    closing.push(() => counting.stop());
    for (let n = 0; n < 3; n++) await ground.publisher.publish([ground.message('emissions', 'key-1', `e-${n}`)]);
    await eventually(() => counting.stage.status().joined);
    await delay(2_000);
    expect(sizes.filter((size) => size > 0)).toEqual([]);
    await ground.publisher.publish([ground.message('signals', 'key-1', 's-0')]);
    await eventually(async () => (await ground.tallies()).length === 2);
    expect(sizes.filter((size) => size > 0)).toEqual([4]);
  });

  it('gathers between two fetches, where it is told to', async () => {
    const ground = await playground('gathers', { limits: { gatherMs: 2_000 }, families: ['signals'] });
    const sizes: number[] = [];
    const count = () => undefined;
    const observe = (name: string, _labels: object, size: number) =>
      void (name === 'stage_batch_records' && sizes.push(size));
    await start(ground, { metrics: { count, observe, set: () => undefined } });
    const told = (count: number) =>
      eventually(async () => expect(await ground.tallies()).toMatchObject([{ key: 'key-1', count }]) ?? true);
    await ground.publisher.publish([ground.message('signals', 'key-1', 's-0')]);
    await told(1);
    for (let n = 1; n <= 5; n++) await ground.publisher.publish([ground.message('signals', 'key-1', `s-${n}`)]);
    await told(6);
    expect(sizes.filter((size) => size > 0)).toEqual([1, 5]);
  });

  it('records a gap where retention was faster, tells it, and reads on', async () => {
    const ground = await playground('gap');
    const first = await startCounting(ground.place);
    await ground.publisher.publish([ground.message('signals', 'key-1', 's-0')]);
    await eventually(async () => (await ground.tallies()).length === 1);
    await first.stop();
    for (let n = 1; n <= 5; n++) await ground.publisher.publish([ground.message('signals', 'key-1', `s-${n}`)]);
    const partition = ground.partitionOf('key-1');
    await ground.deleteRecords(ground.names.signals, partition, '4');
    await start(ground);
    await eventually(async () => expect(await ground.tallies()).toMatchObject([{ key: 'key-1', count: 3 }]) ?? true);
    const { rows } = await ground.sql.query('SELECT topic, partition, from_offset::int, to_offset::int FROM stage_gap');
    expect(rows).toEqual([{ topic: ground.names.signals, partition, from_offset: 1, to_offset: 4 }]);
    const gaps = await eventually(async () => {
      const { byId } = await ground.notices('GAP');
      return byId.size > 0 ? byId : undefined;
    });
    expect([...gaps.values()]).toEqual(['records 1 to 3 were removed before counting had read them']);
  });

  it('refuses a topic that is made anew while it is read, before anything comes from it', async () => {
    const ground = await playground('recreated while read');
    const counting = await start(ground);
    await ground.send({ records: 40, keys: 8 });
    await ground.settled();
    await ground.deleteTopic(ground.names.signals);
    await ground.createTopic(ground.names.signals);
    await refuses(counting, /deleted and made again/);
  });

  it('refuses a topic that was made anew until a person accepts it', async () => {
    const ground = await playground('recreated');
    const first = await startCounting(ground.place);
    await ground.send({ records: 40, keys: 8 });
    await ground.settled();
    await first.stop();
    await ground.deleteTopic(ground.names.signals);
    await ground.createTopic(ground.names.signals);
    const second = await start(ground);
    await refuses(second, /deleted and made again.*Accept the topic as new/);
    await ground.send({ records: 40, keys: 8, from: 40 });
    await second.database.stageStore.acceptTopic('counting', ground.names.signals);
    await ground.settled();
  });
});
