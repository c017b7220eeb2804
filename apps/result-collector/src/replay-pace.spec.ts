import { describe, expect, it } from '@jest/globals';
import { MAX_REPLAY_PANES, ReplayPace } from './replay-pace.ts';

const PARTITIONS = 8;
const PERIODS = 1_000;

/** Panes that partitions store, which have as many as they may. @returns by period */
function stored(isLive: boolean): number[] {
  const pace = new ReplayPace();
  const fill = (partition: number) => {
    const panes = pace.roomFor(partition);
    pace.take(partition, panes);
    return panes;
  };
  for (let partition = 0; partition < PARTITIONS; partition++) fill(partition);
  return Array.from({ length: PERIODS }, () => {
    if (isLive) pace.sawLive();
    return pace.next().reduce((sum, partition) => sum + fill(partition), 0);
  });
}
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('the pace at which panes of replays are stored', () => {
  it('is so many of each partition in a period where nothing is live', () => {
    expect(sum(stored(false).slice(20))).toBe((PERIODS - 20) * PARTITIONS * MAX_REPLAY_PANES);
  });

  it('is a tenth beside live work, of one partition at a time', () => {
    const beside = stored(true);
    expect(sum(beside)).toBe((PERIODS / 10) * PARTITIONS * MAX_REPLAY_PANES);
    expect(Math.max(...beside)).toBe(MAX_REPLAY_PANES);
  });

  it('is full again once nothing live has come for ten seconds', () => {
    const pace = new ReplayPace();
    pace.take(3, MAX_REPLAY_PANES);
    pace.sawLive();
    for (let period = 1; period <= 20; period++) pace.next().forEach((one) => pace.take(one, MAX_REPLAY_PANES));
    expect([pace.next(), pace.roomFor(3)]).toEqual([[3], MAX_REPLAY_PANES]);
  });
});
