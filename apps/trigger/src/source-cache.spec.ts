import { describe, expect, it } from '@jest/globals';
import { emptySource } from '@windlass/windowing';
import { RecencyShelf } from './recency-shelf.ts';
import { SourceCache } from './source-cache.ts';

const SECOND_US = 1_000_000;

describe('a shelf of recent values', () => {
  const one = (usedUs: number, usedBeforeUs: number) => ({ bytes: 10, usedUs, usedBeforeUs });

  it('keeps some of the values that are used in turn, where not all of them fit', () => {
    const shelf = new RecencyShelf<number>();
    const hits: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      let found = 0;
      for (let key = 0; key < 10; key++) {
        if (shelf.get(`${key}`) !== undefined) found++;
        const usedUs = turn * 10 + key + 1;
        shelf.offer(`${key}`, one(usedUs, Math.max(0, usedUs - 10)), 40, () => usedUs);
      }
      hits.push(found);
    }
    expect(hits).toEqual([0, 4, 4, 4, 4]);
    expect(shelf.bytes).toBe(40);
  });

  it('gives up what was used longest ago for what was used since', () => {
    const shelf = new RecencyShelf<number>();
    shelf.offer('old', one(1, 0), 20, () => 1);
    shelf.offer('new', one(5, 0), 20, () => 5);
    expect(shelf.offer('seldom', one(9, 0), 20, () => 9)).toBe(false);
    expect(shelf.offer('often', one(9, 3), 20, () => 9)).toBe(true);
    expect(['old', 'new', 'seldom', 'often'].filter((key) => shelf.get(key) !== undefined)).toEqual(['new', 'often']);
  });

  it('forgets the earlier value of a key whose next one it does not take', () => {
    const shelf = new RecencyShelf<number>();
    shelf.offer('a', one(1, 0), 20, () => 1);
    expect(shelf.offer('a', { ...one(2, 1), bytes: 30 }, 20, () => 2)).toBe(false);
    expect(shelf.get('a')).toBeUndefined();
    expect(shelf.bytes).toBe(0);
  });
});

describe('the cache of sources', () => {
  const packed = (text: string) => Buffer.from(text);
  const cacheOf = (limitBytes: number) => {
    const cache = new SourceCache(limitBytes);
    cache.acquire(0);
    return cache;
  };

  it('keeps the state of a source that sends often, and of another one its packed row', () => {
    const cache = cacheOf(1_000_000);
    cache.set(0, 'often', { state: emptySource, packed: packed('a') }, { usedUs: SECOND_US, usedBeforeUs: 1 });
    cache.set(0, 'seldom', { state: emptySource, packed: packed('b') }, { usedUs: 9 * SECOND_US, usedBeforeUs: 1 });
    expect(cache.get(0, ['often'])[0]).toEqual({ state: emptySource, packed: packed('a') });
    expect(cache.get(0, ['seldom'])[0]).toEqual({ state: null, packed: packed('b') });
  });

  it('never answers with what was before: the source is asked for as it was set last, however often it sends', () => {
    const cache = cacheOf(1_000_000);
    const uses = [1, 2, 2.1, 9, 20, 20.2].map((seconds) => seconds * SECOND_US);
    uses.forEach((usedUs, i) => {
      cache.set(0, 'a', { state: emptySource, packed: packed(`${i}`) }, { usedUs, usedBeforeUs: uses[i - 1] ?? 0 });
      expect(cache.get(0, ['a'])[0]?.packed).toEqual(packed(`${i}`));
    });
    const { bytes } = cache;
    cache.set(
      0,
      'a',
      { state: emptySource, packed: packed('9') },
      { usedUs: 20.3 * SECOND_US, usedBeforeUs: uses[5]! },
    );
    expect(cache.bytes).toBe(bytes);
  });

  it('leaves the rows of a batch as they were answered, whatever is set meanwhile', () => {
    const cache = cacheOf(20_000);
    const use = (usedUs: number) => ({ usedUs: usedUs * 9 * SECOND_US, usedBeforeUs: (usedUs - 1) * 9 * SECOND_US });
    for (let i = 0; i < 40; i++) cache.set(0, `s${i}`, { state: emptySource, packed: packed(`row ${i}`) }, use(1));
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const found = cache.get(0, names);
    for (let i = 40; i < 200; i++) cache.set(0, `s${i}`, { state: emptySource, packed: packed(`row ${i}`) }, use(3));
    expect(found.map((one) => one?.packed.toString())).toEqual(names.map((_, i) => `row ${i}`));
    expect(cache.get(0, names)).toEqual(names.map(() => undefined));
  });

  it('gives states the room that packed rows had', () => {
    const cache = cacheOf(20_000);
    for (let i = 0; i < 1_000; i++)
      cache.set(
        0,
        `s${i}`,
        { state: emptySource, packed: packed('x') },
        { usedUs: i + 1, usedBeforeUs: -9 * SECOND_US },
      );
    expect(cache.bytes).toBeGreaterThan(19_000);
    for (let i = 0; i < 4; i++)
      cache.set(0, `s${i}`, { state: emptySource, packed: packed('y') }, { usedUs: 2_000, usedBeforeUs: 1_990 });
    expect(cache.get(0, ['s0'])[0]?.state).toEqual(emptySource);
    expect(cache.bytes).toBeLessThanOrEqual(20_000);
  });

  it('is bounded, and forgets a partition that is released', () => {
    const cache = cacheOf(20_000);
    for (let i = 0; i < 1_000; i++)
      cache.set(0, `s${i}`, { state: emptySource, packed: packed('x') }, { usedUs: i + 1, usedBeforeUs: 0 });
    expect(cache.bytes).toBeGreaterThan(10_000);
    expect(cache.bytes).toBeLessThanOrEqual(20_000);
    cache.release(0);
    expect(cache.bytes).toBe(0);
    expect(cache.get(0, ['s0'])[0]).toBeUndefined();
  });
});
