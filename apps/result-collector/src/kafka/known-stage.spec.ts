import { describe, expect, it } from '@jest/globals';
import type { InboundRecord } from '@windlass/messaging';
import { inbound, pane } from '../records.fixture.ts';
import { MAX_REPLAY_PANES } from '../replay-pace.ts';
import { KnownStage } from './known-stage.ts';

const replayTopic = 't.panes.replay.v1';
const live = inbound(pane({}));
const replay = (): InboundRecord => ({ ...inbound(pane({ lane: 'REPLAY' })), topic: replayTopic });

function stage() {
  const prompted: number[] = [];
  const known = new KnownStage({
    store: { write: async () => {} },
    oldestKeptUs: () => 0,
    onExpired() {},
    replayTopic,
  });
  known.promptedBy((partition) => prompted.push(partition));
  const take = (partition: number, ...inputs: InboundRecord[]) =>
    known.handle({ partition, nowUs: 1, inputs, backlogRecords: 0 });
  return { known, prompted, take };
}

describe('the pace of replays', () => {
  it('is so many panes of a partition in a period; what comes live has room always', async () => {
    const { known, take } = stage();
    expect([known.roomFor(0, replayTopic), known.roomFor(0, live.topic)]).toEqual([MAX_REPLAY_PANES, Infinity]);
    await take(0, live, replay(), replay());
    expect([known.roomFor(0, replayTopic), known.roomFor(1, replayTopic)]).toEqual([
      MAX_REPLAY_PANES - 2,
      MAX_REPLAY_PANES,
    ]);
    await take(0, ...Array.from({ length: MAX_REPLAY_PANES - 2 }, replay));
    expect([known.roomFor(0, replayTopic), known.roomFor(0, live.topic)]).toEqual([0, Infinity]);
  });

  it('gives a partition its turn again, which is asked then: seldom where live panes come', async () => {
    const { known, prompted, take } = stage();
    await take(2, ...Array.from({ length: MAX_REPLAY_PANES }, replay));
    await take(3, live);
    for (let period = 1; period <= 10; period++) known.renew();
    expect([known.roomFor(2, replayTopic), prompted]).toEqual([MAX_REPLAY_PANES, [2]]);
    known.renew();
    expect(prompted).toEqual([2]);
  });
});
