import { beforeEach, describe, expect, it } from '@jest/globals';
import { ReplayTurns } from './replay-turns.ts';

let prompted: number[];
let turns: ReplayTurns;

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

/** All of a partition's are answered at once, on an idle hub. */
function answer(partition: number, count: number, nowUs: number): void {
  for (let i = 0; i < count; i++) {
    turns.release(partition);
    turns.credit.answer({ nowUs, wayUs: 1, busyUs: 1, isLive: false });
  }
}

beforeEach(() => {
  prompted = [];
  turns = new ReplayTurns((partition) => prompted.push(partition));
});

describe('the turns of replays', () => {
  it('let one partition send at a time, and tell the next when it may', () => {
    expect(send(3, 100)).toBe(1);
    expect(send(5, 100)).toBe(0);
    expect(prompted).toEqual([]);
    let sent = 1;
    for (let nowUs = 0; prompted.length === 0; nowUs++) {
      answer(3, sent, nowUs);
      sent = send(3, 100);
      expect(nowUs).toBeLessThan(100);
    }
    expect(prompted).toEqual([5]);
    expect(turns.hasCredit(3, 0)).toBe(false);
  });

  it('tell whose turn it is when what another still had under way is answered', () => {
    send(3, 2);
    send(5, 1);
    turns.hasNone(3);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(0);
    prompted = [];
    answer(3, 1, 0);
    expect(prompted).toEqual([5]);
    expect(send(5, 1)).toBe(1);
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
    answer(3, 1, 0);
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

  it('come round to every partition, whatever the others have', () => {
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
      rounds++;
      for (const [partition, count] of underWay) {
        underWay.set(partition, 0);
        answer(partition, count, rounds);
        if (count > 0) begin(partition);
      }
      for (const partition of prompted.splice(0)) begin(partition);
    }
    expect(rounds).toBeLessThan(50);
  });
});
