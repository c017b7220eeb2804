import { beforeEach, describe, expect, it } from '@jest/globals';
import { FEW } from './replay-credit.ts';
import { ReplayTurns } from './replay-turns.ts';

let prompted: number[];
let later: { readonly us: number; readonly then: () => void }[];
let turns: ReplayTurns;
let isLiveAbout: boolean;

/** Sends what there is credit for, at most so many. @returns how many */
function send(partition: number, wanted: number): number {
  let sent = 0;
  while (sent < wanted && turns.hasCredit(partition, 0)) {
    turns.take(partition);
    sent++;
  }
  if (sent < wanted) turns.waits(partition, 0);
  else turns.hasNone(partition);
  return sent;
}

/** So many of a partition's are answered at once. */
function answer(partition: number, count: number, wayUs = 1_000): void {
  for (let i = 0; i < count; i++) {
    turns.release(partition);
    turns.credit.answer({ nowUs: 1_000, wayUs, busyUs: 1, isLive: false, isAlone: false });
  }
}

/** An idle hub: some tens at a time. */
function learn(): void {
  for (let i = 0; i < 1_000; i++) {
    turns.credit.exhausted();
    turns.credit.answer({ nowUs: i, wayUs: 1_000, busyUs: 1, isLive: false, isAlone: false });
  }
}

beforeEach(() => {
  prompted = [];
  later = [];
  isLiveAbout = false;
  turns = new ReplayTurns({
    onTurn: (partition) => prompted.push(partition),
    after: (us, then) => later.push({ us, then }),
    isLiveAbout: () => isLiveAbout,
  });
});

describe('the turns of replays', () => {
  it('let one partition send at a time, and tell the next when it may', () => {
    learn();
    expect(send(3, 1_000)).toBe(turns.credit.limit);
    expect(send(5, 1_000)).toBe(0);
    expect(prompted).toEqual([]);
    for (let rounds = 0; prompted.length === 0; rounds++) {
      answer(3, turns.credit.limit);
      send(3, 1_000);
      expect(rounds).toBeLessThan(10);
    }
    expect(prompted).toEqual([5]);
    expect(turns.hasCredit(3, 0)).toBe(false);
  });

  it('fill up once half has been answered, and not one by one', () => {
    learn();
    const sent = send(3, 1_000);
    expect(sent).toBeGreaterThan(10);
    answer(3, Math.floor(sent / 2) - 1);
    expect(send(3, 1_000)).toBe(0);
    answer(3, 2);
    expect(send(3, 1_000)).toBeGreaterThanOrEqual(Math.floor(sent / 2));
  });

  it('tell whose turn it is when what another still had under way is answered', () => {
    send(3, 2);
    send(5, 1);
    turns.hasNone(3);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(0);
    prompted = [];
    answer(3, 1);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(1);
  });

  it('rest where the hub is busy, and tell then who may go on', () => {
    for (let i = 0; i < 200; i++) {
      const wayUs = i < 5 ? 1_000 : 50_000;
      turns.credit.answer({ nowUs: i, wayUs, busyUs: 1, isLive: false, isAlone: false });
    }
    const sent = send(3, 100);
    answer(3, sent, 50_000);
    expect(later).toHaveLength(1);
    expect(later[0]!.us).toBe(turns.credit.restUs);
    expect([prompted, send(3, 1)]).toEqual([[], 0]);
    later[0]!.then();
    expect(prompted).toEqual([3]);
    expect(send(3, 1)).toBe(1);
  });

  it('let a few go far apart while live work is about, though more would do', () => {
    learn();
    isLiveAbout = true;
    expect(send(3, 1_000)).toBe(FEW);
    answer(3, FEW);
    expect(later.map(({ us }) => us)).toEqual([turns.credit.allows({ isLiveAbout }).restUs]);
    expect(send(3, 1_000)).toBe(0);
    isLiveAbout = false;
    later[0]!.then();
    expect(send(3, 1_000)).toBeGreaterThan(FEW);
  });

  it('pass at once over a partition in which none wait any more', () => {
    send(3, 2);
    send(5, 1);
    send(7, 1);
    turns.hasNone(5);
    turns.hasNone(3);
    expect(prompted).toEqual([7]);
  });

  it('are for whoever comes, while nobody waits', () => {
    expect(send(3, 1)).toBe(1);
    answer(3, 1);
    expect(send(5, 1)).toBe(1);
  });

  it('forget a partition that is held no longer, with what it had under way', () => {
    send(3, 2);
    send(5, 1);
    turns.leave(3);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(1);
    turns.release(3);
    expect(turns.hasCredit(5, 0)).toBe(false);
  });

  it('go on when what another partition had under way is gone with it', () => {
    send(3, 1);
    send(5, 1);
    expect(prompted).toEqual([]);
    turns.leave(3);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(1);
  });

  it('come round to every partition, whatever the others have', () => {
    learn();
    const left = new Map([0, 1, 2, 3].map((partition) => [partition, partition === 3 ? 5 : 10_000]));
    const underWay = new Map<number, number>();
    const begin = (partition: number) => {
      const sent = send(partition, left.get(partition)!);
      left.set(partition, left.get(partition)! - sent);
      underWay.set(partition, (underWay.get(partition) ?? 0) + sent);
    };
    left.forEach((_, partition) => begin(partition));
    let rounds = 0;
    while (left.get(3)! > 0) {
      expect(rounds++).toBeLessThan(50);
      for (const [partition, count] of underWay) {
        underWay.set(partition, 0);
        answer(partition, count);
        if (count > 0) begin(partition);
      }
      for (const partition of prompted.splice(0)) begin(partition);
    }
  });
});
