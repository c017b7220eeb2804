import { describe, expect, it } from '@jest/globals';
import { errorHeaderNames, headerNames, lateHeaderNames, partitionOf, slotOf } from '@windlass/contracts';
import { HubTopicMap, type EncodedMessage, type InboundRecord, type StoredRecord } from '@windlass/messaging';
import fc from 'fast-check';
import { historyHeaders, historyOf, maxRedrivesKept, type Redrive } from './redrive-history.ts';
import { isRefusal, redriveOf } from './redrive.ts';
import { NO_REASON, rejectedOf } from './rejected-record.ts';
import { settledBefore, type Kept } from './settlement.ts';

const topics = new HubTopicMap({ prefix: 't', partitions: 8, teams: ['default'] });
const order = { by: 'ada', why: 'mended', atUs: 7 };

const reason = {
  [errorHeaderNames.code]: 'UNKNOWN_WINDOW_TYPE',
  [errorHeaderNames.message]: 'no such type',
  [errorHeaderNames.topic]: 't.emissions.v1',
  [errorHeaderNames.partition]: '3',
  [errorHeaderNames.offset]: '41',
  [errorHeaderNames.stage]: 'trigger',
  [errorHeaderNames.time]: '2026-01-01T00:00:00.000Z',
};

const record = (headers: StoredRecord['headers'], rest: Partial<StoredRecord & InboundRecord> = {}): InboundRecord => {
  const { key = Buffer.from('pump-1'), value = Buffer.from([0, 1]), ...inbound } = rest as Partial<StoredRecord>;
  const stored: StoredRecord = { offset: 5n, key, value, ...inbound, headers };
  return {
    ...{ kind: 'record', family: 'dlq', topic: 't.dlq.v1', partition: 3, offset: stored.offset, key: '', slot: 0 },
    ...{ headers: {}, timestampUs: 9, valueBytes: 2, ...(rest as Partial<InboundRecord>), value: stored },
  } as InboundRecord;
};

const kept = (input: InboundRecord, rest: Partial<Kept> = {}): Kept => ({
  ...{ seq: 1, rejected: rejectedOf(input), valueBytes: 2, state: 'OPEN', settlements: [], cameBackAs: null },
  ...rest,
});

const redriven = (input: InboundRecord): EncodedMessage => {
  const answer = redriveOf(topics, kept(input), order);
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
};

const anyName = fc.oneof(
  fc.constantFrom(
    ...Object.values(errorHeaderNames),
    ...Object.values(lateHeaderNames),
    headerNames.redriveCount,
    headerNames.redriveHistory,
  ),
  fc.string(),
);
const anyHeaders = fc.dictionary(
  anyName,
  fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1', '-1', 'a\0b', '[]', '{}', '99999999999999999999', 'cycle@1:5,cycle@1:6'),
  ),
);

describe('a rejected record', () => {
  it('is read from any headers, as values that Postgres takes', () => {
    fc.assert(
      fc.property(anyHeaders, fc.boolean(), (headers, isLate) => {
        const read = rejectedOf(record(headers, { family: isLate ? 'late' : 'dlq' } as never));
        const { code, message, stage, source, origin } = read;
        expect([code, message, stage, source, origin?.topic ?? ''].join('')).not.toContain('\0');
        expect(read.id).toMatch(/^[0-9a-f]{32}$/);
        for (const us of [read.rejectedAtUs, read.redriveCount]) expect(Number.isSafeInteger(us)).toBe(true);
        expect(read.record.headers).toEqual(headers);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same wherever it lies on its topic, and another when another stage refuses it', () => {
    const first = rejectedOf(record(reason));
    expect(rejectedOf(record(reason, { offset: 6n })).id).toBe(first.id);
    expect(rejectedOf(record({ ...reason, [errorHeaderNames.stage]: 'router' })).id).not.toBe(first.id);
    expect(first).toMatchObject({
      ...{ code: 'UNKNOWN_WINDOW_TYPE', source: 'pump-1', rejectedAtUs: 1_767_225_600_000_000, history: [] },
      origin: { position: { topic: 't.emissions.v1', partition: 3, offset: '41' } },
    });
  });

  it('without a reason is known by where it lies', () => {
    const first = rejectedOf(record({}));
    expect(first).toMatchObject({ code: NO_REASON, origin: null, rejectedAtUs: 9 });
    expect(rejectedOf(record({}, { offset: 6n })).id).not.toBe(first.id);
  });

  it('that was late tells for which window types', () => {
    const headers = { ...reason, [lateHeaderNames.eventTime]: '10', [lateHeaderNames.lateFor]: 'cycle@1:30' };
    expect(rejectedOf(record(headers)).late).toEqual({
      eventTimeUs: 10,
      lateFor: [{ windowType: 'cycle@1', finalUpToUs: 30 }],
    });
  });
});

describe('a redrive', () => {
  it('takes key, bytes and headers back to the topic and the partition of the key, without what was wrong', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uint8Array(), (key, bytes) => {
        const headers = {
          ...reason,
          own: Buffer.from([0xff]),
          [headerNames.released]: '1',
          [headerNames.forwardedFrom]: '2',
        };
        const value = Buffer.from(bytes);
        const message = redriven(record(headers, { key: Buffer.from(key), value } as never));
        expect(message).toMatchObject({ topic: 't.emissions.v1', partition: partitionOf(slotOf(key), 8) });
        expect([message.key, message.value]).toEqual([Buffer.from(key), value]);
        expect(Object.keys(message.headers).sort()).toEqual(
          ['own', headerNames.redriveCount, headerNames.redriveHistory].sort(),
        );
      }),
    );
  });

  it('that fails again is seen with all of its history, of which the last are kept', () => {
    let input = record(reason);
    const ids: string[] = [];
    for (let times = 1; times <= maxRedrivesKept + 2; times++) {
      ids.push(rejectedOf(input).id);
      const { headers } = redriven(input);
      input = record({ ...headers, ...reason, [errorHeaderNames.offset]: String(41 + times) });
      const { history, redriveCount } = rejectedOf(input);
      expect(redriveCount).toBe(times);
      expect(history.map(({ deadLetter }) => deadLetter)).toEqual(ids.slice(-maxRedrivesKept));
    }
    expect(rejectedOf(input).history[0]).toMatchObject({ ...order, code: 'UNKNOWN_WINDOW_TYPE', from: 't.dlq.v1/3/5' });
  });

  it('of a late element is refused, and so is one that leads nowhere or would fail for the same again', () => {
    const refused = (input: InboundRecord) => redriveOf(topics, kept(input), order);
    expect(refused(record(reason, { family: 'late' } as never))).toMatchObject({
      code: 'LATE_AGAIN',
      message: expect.stringMatching(/windlass late show \S+ .*windlass late summary .*windlass dial set/),
    });
    for (const input of [
      record({}),
      record({ ...reason, [errorHeaderNames.topic]: 'other.signals.v1' }),
      record({ ...reason, [errorHeaderNames.topic]: 't.registry.v1' }),
      record({ ...reason, [errorHeaderNames.topic]: 't.dlq.v1' }),
      record(reason, { key: null } as never),
    ])
      expect(refused(input)).toMatchObject({ code: 'NOT_REDRIVABLE' });
  });

  it('is made once, unless it is asked for again', () => {
    const open = kept(record(reason));
    const done: Kept = { ...open, state: 'REDRIVEN', settlements: [{ ...order, kind: 'REDRIVEN' }] };
    expect(settledBefore(open, false)).toBeUndefined();
    expect(settledBefore(done, true)).toBeUndefined();
    expect(settledBefore(done, false)).toMatchObject({
      code: 'ALREADY_REDRIVEN',
      message: expect.stringMatching(/by ada at 1970.*--again/),
    });
  });
});

it('a history comes back from its headers as it was', () => {
  const one: fc.Arbitrary<Redrive> = fc.record({
    deadLetter: fc.stringMatching(/^[0-9a-f]{32}$/),
    ...{ code: fc.string({ maxLength: 200 }), from: fc.string({ maxLength: 300 }), by: fc.string({ maxLength: 200 }) },
    why: fc.option(fc.string({ maxLength: 1_000 })),
    atUs: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: maxRedrivesKept - 1 }), one, (entries, next) => {
      const told = historyOf(historyHeaders({ count: entries.length, entries }, next));
      expect(told).toEqual({ count: entries.length + 1, entries: [...entries, next] });
    }),
  );
});
