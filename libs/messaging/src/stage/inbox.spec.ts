import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Inbox } from './inbox.ts';

interface Item {
  readonly offset: bigint;
  readonly valueBytes: number;
}

const item = (offset: number, valueBytes = 10): Item => ({ offset: BigInt(offset), valueBytes });
const items = (from: number, count: number, valueBytes = 10) =>
  Array.from({ length: count }, (_, n) => item(from + n, valueBytes));

function inbox(limitBytes = 1_000_000) {
  const told: string[] = [];
  const box = new Inbox<Item>({
    topics: ['a', 'b'],
    limitBytes,
    onFull: (topic) => told.push(`${topic} full`),
    onRoom: (topic) => told.push(`${topic} room`),
  });
  box.reset(
    new Map([
      ['a', 0n],
      ['b', 0n],
    ]),
  );
  const add = (topic: string, from: number, records: Item[], highWatermark = from + records.length) =>
    box.add(topic, {
      fetchedOffset: BigInt(from),
      lastOffset: BigInt(from + records.length - 1),
      highWatermark: BigInt(highWatermark),
      records,
    });
  return { box, told, add };
}

const plenty = { records: 1_000, bytes: 1_000_000 };

describe('the inbox', () => {
  it('hands out every record once and in order, whatever the batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 20 })), { maxLength: 20 }),
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 200 }),
        (fetches, records, bytes) => {
          const { box, add } = inbox();
          const next = { a: 0, b: 0 } as Record<string, number>;
          for (const [topic, count] of fetches) {
            expect(add(topic, next[topic]!, items(next[topic]!, count))).toBe(true);
            next[topic]! += count;
          }
          const seen: Record<string, bigint[]> = { a: [], b: [] };
          while (!box.isEmpty()) {
            const taken = box.take({ records, bytes });
            expect(taken.flatMap((part) => part.records).length).toBeGreaterThan(0);
            expect(taken.flatMap((part) => part.records).length).toBeLessThanOrEqual(records);
            for (const part of taken) {
              seen[part.topic]!.push(...part.records.map(({ offset }) => offset));
              expect(part.nextOffset).toBe(seen[part.topic]!.at(-1)! + 1n);
            }
          }
          for (const topic of ['a', 'b'])
            expect(seen[topic]).toEqual(items(0, next[topic]!).map(({ offset }) => offset));
          expect(box.bytes).toBe(0);
        },
      ),
    );
  });

  it('gives two topics equal shares, and what one does not need to the other', () => {
    const { box, add } = inbox();
    add('a', 0, items(0, 100));
    add('b', 0, items(0, 3));
    const counts = Object.fromEntries(
      box.take({ records: 10, bytes: 1e6 }).map(({ topic, records }) => [topic, records.length]),
    );
    expect(counts).toEqual({ a: 7, b: 3 });
  });

  it('gives at least one record, however large it is', () => {
    const { box, add } = inbox(1e9);
    add('a', 0, [item(0, 5_000_000), item(1, 5_000_000)]);
    expect(box.take({ records: 10, bytes: 100 })).toMatchObject([{ topic: 'a', nextOffset: 1n }]);
  });

  it('tells when a topic is full, and again when half of it is free', () => {
    const { box, told, add } = inbox(2_100);
    add('a', 0, items(0, 9));
    expect(told).toEqual([]);
    add('a', 9, items(9, 1));
    expect(told).toEqual(['a full']);
    box.take({ records: 4, bytes: 1e6 });
    expect(told).toEqual(['a full']);
    box.take({ records: 2, bytes: 1e6 });
    expect(told).toEqual(['a full', 'a room']);
    expect(box.isFull('b')).toBe(false);
  });

  it('takes nothing from a fetch that began elsewhere', () => {
    const { box, add } = inbox();
    add('a', 0, items(0, 5));
    expect([add('a', 7, items(7, 2)), add('a', 3, items(3, 2)), add('a', 5, items(5, 1))]).toEqual([
      false,
      false,
      true,
    ]);
    expect(box.take(plenty)[0]!.records.map(({ offset }) => Number(offset))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('counts what waits here and what is known to wait on the broker', () => {
    const { box, add } = inbox();
    add('a', 0, items(0, 5), 105);
    expect([box.backlog(), box.backlog('a'), box.backlog('b')]).toEqual([105, 105, 0]);
    box.take(plenty);
    expect(box.backlog()).toBe(100);
  });

  it('leaves what there is no room for, and gives its share to the others', () => {
    const { box, add } = inbox();
    for (const topic of ['a', 'b']) add(topic, 0, items(0, 10));
    const taken = (room: number) =>
      box
        .take({ records: 8, bytes: 1_000 }, (topic) => (topic === 'b' ? room : Number.POSITIVE_INFINITY))
        .map(({ topic, records }) => [topic, records.length])
        .sort();
    expect(taken(1)).toEqual([
      ['a', 7],
      ['b', 1],
    ]);
    expect(taken(0)).toEqual([['a', 3]]);
    expect(box.isEmpty(() => 0)).toBe(true);
    expect(box.isEmpty()).toBe(false);
    expect(box.take({ records: 8, bytes: 1_000 }, () => 0)).toEqual([]);
    expect(taken(5)).toEqual([['b', 5]]);
    expect(box.backlog('b')).toBe(4);
  });
});
