import { describe, expect, it } from '@jest/globals';
import { FEW, MAX_REPLAYS, ReplayCredit } from './replay-credit.ts';

const MS = 1_000;
const QUICK_US = 100;
const LONG_US = 2_000_000;

interface Load {
  readonly fromS?: number;
  readonly seconds: number;
  readonly busyUs?: number;
  readonly isAlone?: boolean;
  readonly wayMs: (inFlight: number) => number;
}

/** Replays that always want more, under way for so long. @returns the limit at the end */
function drive(credit: ReplayCredit, { fromS = 0, seconds, busyUs = QUICK_US, isAlone = false, wayMs }: Load): number {
  for (let nowUs = fromS * 1e6; nowUs < (fromS + seconds) * 1e6;) {
    const inFlight = credit.limit;
    const wayUs = wayMs(inFlight) * MS;
    for (let i = 0; i < inFlight; i++) {
      credit.exhausted();
      credit.answer({ nowUs: nowUs + wayUs, wayUs, busyUs, isLive: false, isAlone });
    }
    nowUs += wayUs;
  }
  return credit.limit;
}

describe('the credit of replays', () => {
  it('begins with one, which is a few with rests between them where work is quick', () => {
    const credit = new ReplayCredit();
    expect([credit.limit, credit.restUs]).toEqual([1, 0]);
    for (let i = 0; i < 100; i++)
      credit.answer({ nowUs: i * MS, wayUs: 20 * MS, busyUs: QUICK_US, isLive: true, isAlone: false });
    expect([credit.limit, credit.restUs]).toEqual([FEW, (FEW - 1) * 20 * MS]);
  });

  it('grows by one each way while the way takes no longer', () => {
    const credit = new ReplayCredit();
    expect(drive(credit, { seconds: 1, wayMs: () => 20 })).toBeGreaterThanOrEqual(40);
    expect(credit.restUs).toBe(0);
    expect(drive(credit, { fromS: 1, seconds: 6, wayMs: () => 20 })).toBe(MAX_REPLAYS);
  });

  it('settles where the way is 3 ms longer than the shortest, wherever it is narrow', () => {
    // Two tasks a millisecond: beyond 40 under way, each more waits half a millisecond.
    const limit = drive(new ReplayCredit(), { seconds: 30, wayMs: (n) => Math.max(20, n / 2) });
    expect(limit).toBeGreaterThanOrEqual(44);
    expect(limit).toBeLessThanOrEqual(48);
  });

  it('may take 50 ms while nothing is live, and yields as soon as something is', () => {
    const credit = new ReplayCredit();
    const wayMs = (n: number) => Math.max(20, n / 2);
    const alone = drive(credit, { seconds: 30, isAlone: true, wayMs });
    expect(alone).toBeGreaterThanOrEqual(132);
    expect(alone).toBeLessThanOrEqual(148);
    expect(drive(credit, { fromS: 30, seconds: 0.5, wayMs })).toBeLessThanOrEqual(48);
  });

  it('yields to live work that fills the way, down to a few that rest, and takes up what it leaves', () => {
    const credit = new ReplayCredit();
    const before = drive(credit, { seconds: 1, wayMs: () => 20 });
    expect(drive(credit, { fromS: 1, seconds: 5, wayMs: () => 200 })).toBe(FEW);
    expect(credit.restUs).toBe(200 * MS * (FEW / 0.5 - 1));
    expect(drive(credit, { fromS: 6, seconds: 1, wayMs: () => 20 })).toBeGreaterThanOrEqual(before - FEW - 1);
    expect(credit.restUs).toBe(0);
  });

  it('yields down to one at a time where tasks work long: live ones would wait for each', () => {
    const credit = new ReplayCredit();
    drive(credit, { seconds: 1, wayMs: () => 20, busyUs: LONG_US });
    expect(drive(credit, { fromS: 1, seconds: 5, wayMs: () => 200, busyUs: LONG_US })).toBe(1);
    expect(credit.restUs).toBe(200 * MS);
  });

  it('allows no more than a few while live work is about, thirty ways apart but at most half a second', () => {
    const credit = new ReplayCredit();
    expect(credit.allows({ isLiveAbout: true })).toEqual({ limit: 1, restUs: 0 });
    expect(drive(credit, { seconds: 6, wayMs: () => 15 })).toBe(MAX_REPLAYS);
    expect(credit.allows({ isLiveAbout: false })).toEqual({ limit: MAX_REPLAYS, restUs: 0 });
    expect(credit.allows({ isLiveAbout: true })).toEqual({ limit: FEW, restUs: 450 * MS });
    drive(credit, { fromS: 6, seconds: 1, wayMs: () => 40 });
    expect(credit.allows({ isLiveAbout: true })).toEqual({ limit: FEW, restUs: 500 * MS });
  });

  it('learns the way from live tasks, which change nothing themselves', () => {
    const credit = new ReplayCredit();
    for (let i = 0; i < 100; i++)
      credit.answer({ nowUs: i * MS, wayUs: 20 * MS, busyUs: LONG_US, isLive: true, isAlone: false });
    expect(credit.limit).toBe(1);
    const limit = drive(credit, { fromS: 1, seconds: 5, wayMs: (n) => 20 + 2 * n, busyUs: LONG_US });
    expect(limit).toBeGreaterThanOrEqual(2);
    expect(limit).toBeLessThanOrEqual(3);
  });

  it('does not grow while it is not used up, and does not believe a way of no time', () => {
    const credit = new ReplayCredit();
    for (let i = 0; i < 100; i++)
      credit.answer({ nowUs: i * MS, wayUs: 20 * MS, busyUs: LONG_US, isLive: false, isAlone: false });
    expect(credit.limit).toBe(1);
    credit.answer({ nowUs: 100_000, wayUs: -50 * MS, busyUs: LONG_US, isLive: false, isAlone: false });
    expect(drive(credit, { fromS: 1, seconds: 1, wayMs: () => 21 })).toBeGreaterThan(30);
  });

  it('forgets the shortest way after ten minutes: a hub that has become slower replays on', () => {
    const credit = new ReplayCredit();
    expect(drive(credit, { seconds: 6, wayMs: () => 20 })).toBe(MAX_REPLAYS);
    expect(drive(credit, { fromS: 6, seconds: 60, wayMs: () => 60 })).toBe(FEW);
    expect(drive(credit, { fromS: 66, seconds: 700, wayMs: () => 60 })).toBeGreaterThan(FEW);
  });

  it('is not disturbed by single tasks that were slow for themselves', () => {
    const credit = new ReplayCredit();
    for (let i = 0; i < 1_000; i++) {
      credit.exhausted();
      const wayUs = (i % 4 === 0 ? 500 : 20) * MS;
      credit.answer({ nowUs: i * MS, wayUs, busyUs: QUICK_US, isLive: false, isAlone: false });
    }
    expect(credit.limit).toBeGreaterThan(30);
  });
});
