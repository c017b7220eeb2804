import { beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_QUEUED_REPLAYS, ReplayIntake } from './replay-intake.ts';

let queued: number | undefined;
let areDue: boolean;
let areAlone: boolean;
let intake: ReplayIntake;

beforeEach(() => {
  queued = 0;
  areDue = true;
  areAlone = true;
  intake = new ReplayIntake({ queued: () => queued, areDue: () => areDue, areAlone: () => areAlone });
});

const roomAt = (count: number | undefined) => {
  queued = count;
  return intake.roomFor(0);
};

describe('the intake of replays', () => {
  it('takes fifty with a batch where they are alone, once there is room for so many', () => {
    expect([0, MAX_QUEUED_REPLAYS - 50, MAX_QUEUED_REPLAYS - 49].map(roomAt)).toEqual([50, 50, 0]);
    expect(intake.canWait(0)).toBe(false);
  });

  it('takes four beside live work, and no more than may wait', () => {
    areAlone = false;
    expect([0, MAX_QUEUED_REPLAYS - 4, MAX_QUEUED_REPLAYS - 1, MAX_QUEUED_REPLAYS].map(roomAt)).toEqual([4, 4, 1, 0]);
  });

  it('takes none of a partition that is not held', () => {
    expect(roomAt(undefined)).toBe(0);
    areAlone = false;
    expect(roomAt(undefined)).toBe(0);
  });

  it('lets them wait for another batch beside live work, while some wait for nothing but their turn', () => {
    areAlone = false;
    expect(intake.canWait(0)).toBe(true);
    areDue = false;
    expect(intake.canWait(0)).toBe(false);
  });

  it('tells which have had no batch since they began to wait', () => {
    areAlone = false;
    for (const partition of [3, 5]) intake.canWait(partition);
    intake.hadBatch(3);
    expect([...intake.overdue]).toEqual([5]);
  });
});
