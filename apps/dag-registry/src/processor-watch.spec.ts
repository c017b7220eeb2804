import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { look, retired, type Seen, type Watched, type WatchNotice } from './processor-watch.ts';

const SILENT_AFTER = 30;
const GROWING_AFTER = 60;
const context = (nowUs: number, listeningSinceUs = 0) => ({
  nowUs,
  listeningSinceUs,
  silentAfterUs: SILENT_AFTER,
  growingAfterUs: GROWING_AFTER,
});
const seen = (rest: Partial<Seen> = {}): Seen => ({
  processor: 'health',
  owner: 'red',
  isAlive: true,
  heardAtUs: 0,
  lag: 0,
  isDrained: false,
  ...rest,
});

/** Looks one after the other, ten apart; what was told, with when. */
function told(looks: readonly Partial<Seen>[], every = 10): (readonly [number, WatchNotice['kind']])[] {
  let watched: Watched | undefined;
  return looks.flatMap((rest, i) => {
    const { watched: next, notices } = look(watched, seen(rest), context(i * every));
    watched = next;
    return notices.map(({ kind }) => [i * every, kind] as const);
  });
}

const lags = (...all: readonly (number | null)[]) => all.map((lag) => ({ lag }));

describe('a silence', () => {
  const gone = (heardAtUs: number | null) => ({ isAlive: false, heardAtUs });

  it('is told once when it begins and once when it ends', () => {
    const all = [{}, gone(0), gone(0), gone(0), gone(0), gone(0), { heardAtUs: 60 }, {}];
    expect(told(all)).toEqual([
      [30, 'PROCESSOR_SILENT'],
      [60, 'PROCESSOR_SILENCE_ENDED'],
    ]);
  });

  it('of a processor that was never heard of begins when it has been known for as long', () => {
    expect(told([gone(null), gone(null), gone(null), gone(null), gone(null)])).toEqual([[30, 'PROCESSOR_SILENT']]);
  });

  it('is not made by nobody having listened', () => {
    const { notices } = look(undefined, seen(gone(0)), context(1_000, 990));
    expect(notices).toEqual([]);
  });

  it('is not told of what is drained, and ends when somebody drains it', () => {
    const drained = { ...gone(0), isDrained: true };
    expect(told([{}, drained, drained, drained, drained, drained])).toEqual([]);
    expect(told([{}, gone(0), gone(0), gone(0), drained])).toEqual([
      [30, 'PROCESSOR_SILENT'],
      [40, 'PROCESSOR_SILENCE_ENDED'],
    ]);
  });

  it('ends when the processor is retired', () => {
    const { watched } = look(undefined, seen({ heardAtUs: null }), context(0));
    const silent = { ...watched, silentSinceUs: 3 };
    expect(retired(silent)).toMatchObject([{ kind: 'PROCESSOR_SILENCE_ENDED', because: 'RETIRED', sinceUs: 3 }]);
    expect(retired(watched)).toEqual([]);
  });
});

describe('a window topic', () => {
  it('grows when its lag still rises a minute after it began to, and no longer when it falls', () => {
    const rising = lags(0, 5, 9, 20, 30, 44, 60, 70, 80);
    expect(told([...rising, ...lags(40, 0)])).toEqual([
      [60, 'WINDOW_TOPIC_GROWING'],
      [90, 'WINDOW_TOPIC_GROWING_ENDED'],
    ]);
  });

  it('grows without a living instance too, and while now and then nothing is known of it', () => {
    const all = lags(0, 5, null, 20, null, 44, 60, 70).map((one) => ({ ...one, isAlive: false, heardAtUs: 1_000 }));
    expect(told(all)).toEqual([[60, 'WINDOW_TOPIC_GROWING']]);
  });

  it('does not grow by a backlog that only stays, nor by one that comes and goes', () => {
    expect(told(lags(0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100))).toEqual([]);
    expect(told(lags(0, 50, 90, 0, 50, 90, 0, 50, 90, 0, 50, 90, 0))).toEqual([]);
  });

  it('tells of each growth its beginning and its end, in turn, however the lag goes', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(100)), { maxLength: 100 }), (all) => {
        const kinds = told(lags(...all)).map(([, kind]) => kind);
        kinds.forEach((kind, i) =>
          expect(kind).toBe(i % 2 === 0 ? 'WINDOW_TOPIC_GROWING' : 'WINDOW_TOPIC_GROWING_ENDED'),
        );
      }),
    );
  });

  it('always grows when its lag only rises, and never when it only falls', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(steps, (all) => {
        const sums = all.map((_, i) => all.slice(0, i + 1).reduce((sum, one) => sum + one, 0));
        expect(told(lags(...sums))).toEqual([[GROWING_AFTER, 'WINDOW_TOPIC_GROWING']]);
        expect(told(lags(...sums.toReversed()))).toEqual([]);
      }),
    );
  });
});
