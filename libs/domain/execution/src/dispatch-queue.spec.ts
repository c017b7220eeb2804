import { describe, expect, it } from '@jest/globals';
import { INITIAL_CREDIT, MAX_CREDIT, MIN_CREDIT, Credit } from './credit.ts';
import { DispatchQueue } from './dispatch-queue.ts';
import { FEW } from './replay-credit.ts';
import { ALONE_AFTER_US, QUIET_AFTER_US, Replays } from './replay-turns.ts';
import type { Lane } from './pane.ts';

const change = (
  kind: 'queued' | 'unqueued' | 'ended',
  rest: Partial<{ queue: string; lane: Lane; windowType: string }> = {},
) => ({
  kind,
  queue: 'p',
  lane: 'LIVE' as Lane,
  windowType: 'w@1',
  ...rest,
});

function fill(queue: DispatchQueue, lane: Lane = 'LIVE', processor = 'p'): number {
  let sent = 0;
  while (queue.admit({ processor, lane })) sent++;
  return sent;
}

describe('the dispatch queue', () => {
  it('admits what there is credit for, and lets nobody pass those who wait', () => {
    const queue = new DispatchQueue();
    expect(fill(queue)).toBe(INITIAL_CREDIT);
    queue.apply('a', change('queued'));
    queue.apply('b', change('ended'));
    expect(queue.admit({ processor: 'p', lane: 'LIVE' })).toBe(false);
    expect(queue.next(10)).toEqual([{ queue: 'p', lane: 'LIVE', windowType: 'w@1', key: 'a' }]);
    expect(queue.next(10)).toEqual([]);
    expect(fill(queue, 'LIVE', 'q')).toBe(INITIAL_CREDIT);
  });

  it('gives window types turns, and keys within a type, so that a backlog delays nobody else', () => {
    const queue = new DispatchQueue();
    for (let i = 0; i < 100; i++) queue.apply('busy', change('queued'));
    queue.apply('quiet', change('queued'));
    queue.apply('busy', change('queued', { windowType: 'x@1' }));
    expect(queue.next(4).map((p) => `${p.windowType} ${p.key}`)).toEqual([
      'w@1 busy',
      'x@1 busy',
      'w@1 quiet',
      'w@1 busy',
    ]);
    expect(queue.depths()).toEqual([{ processor: 'p', queued: 98, inFlight: 0, credit: INITIAL_CREDIT }]);
  });

  /** Works off a replay on an idle hub, until more than a tenth of the credit would be let through. */
  function learn(queue: DispatchQueue, key = 'r', fromUs = 1): void {
    for (let i = 0; i < 1_000; i++) queue.apply(key, change('queued', { lane: 'REPLAY' }));
    for (let nowUs = fromUs, picks; (picks = queue.next(1_000)).length > 0; nowUs++) {
      for (const { lane } of picks) queue.take({ processor: 'p', lane });
      for (const { lane } of picks) {
        queue.apply(key, change('ended', { lane }));
        queue.answered({ processor: 'p', lane, dispatchedUs: nowUs - 1, busyUs: 0 }, nowUs);
      }
    }
  }

  it('sends one replay at first, and more as long as nobody is under way for longer', () => {
    const queue = new DispatchQueue();
    for (let i = 0; i < 100; i++) queue.apply('r', change('queued', { lane: 'REPLAY' }));
    expect(queue.next(1_000)).toHaveLength(1);
  });

  it('sends live first, and replays and tries within a tenth of the credit', () => {
    let nowUs = 0;
    const replays = new Replays({ onTurn() {}, after: (_, then) => then(), nowUs: () => nowUs });
    const queue = new DispatchQueue({ replays });
    nowUs = QUIET_AFTER_US;
    learn(queue);
    for (let i = 0; i < 100; i++) queue.apply('r', change('queued', { lane: 'REPLAY' }));
    for (let i = 0; i < 3; i++) queue.apply('l', change('queued'));
    const picks = queue.next(1000);
    expect(picks.map((p) => p.lane)).toEqual([
      'LIVE',
      'LIVE',
      'LIVE',
      ...Array(Math.floor(INITIAL_CREDIT / 10)).fill('REPLAY'),
    ]);
    for (const pick of picks) queue.take({ processor: pick.queue, lane: pick.lane });
    expect(queue.next(1000)).toEqual([]);
    expect(fill(queue)).toBe(INITIAL_CREDIT - picks.length);
  });

  it('lets replays have half of the credit while nothing live has been about for long, and a few as soon as something is', () => {
    let nowUs = 0;
    const replays = new Replays({ onTurn() {}, after: (_, then) => then(), nowUs: () => nowUs });
    const queue = new DispatchQueue({ replays });
    const sent = () => queue.next(1_000).length;
    nowUs = QUIET_AFTER_US;
    learn(queue);
    for (let i = 0; i < 200; i++) queue.apply('r', change('queued', { lane: 'REPLAY' }));
    expect(sent()).toBe(Math.floor(INITIAL_CREDIT / 10));
    for (let round = 1; round <= 20; round++) learn(queue, 'r', (nowUs = round * ALONE_AFTER_US));
    for (let i = 0; i < 200; i++) queue.apply('r', change('queued', { lane: 'REPLAY' }));
    expect(sent()).toBe(INITIAL_CREDIT / 2);
    queue.answered({ processor: 'p', lane: 'LIVE', dispatchedUs: nowUs - 1, busyUs: 0 }, nowUs);
    expect(sent()).toBe(FEW);
  });

  it('gives replays and tries turns within their tenth: a long replay keeps no try waiting', () => {
    const queue = new DispatchQueue();
    learn(queue);
    for (let i = 0; i < 100; i++) queue.apply('r', change('queued', { lane: 'REPLAY' }));
    queue.apply('t', change('queued', { lane: 'TRY' }));
    expect(
      queue
        .next(2)
        .map(({ lane }) => lane)
        .sort(),
    ).toEqual(['REPLAY', 'TRY']);
  });

  it('tells whether replays wait for nothing but their turn', () => {
    const held = new Set<string>();
    const queue = new DispatchQueue({ isHeld: (name) => held.has(name) });
    queue.apply('l', change('queued'));
    expect(queue.hasReplaysDue).toBe(false);
    queue.apply('r', change('queued', { lane: 'REPLAY' }));
    expect(queue.hasReplaysDue).toBe(true);
    held.add('p');
    expect([queue.hasReplaysDue, queue.queuedReplays]).toEqual([false, 1]);
  });

  it('has no processor, and nothing that a hold has kept back, take the turns of others', () => {
    const queue = new DispatchQueue();
    for (let i = 0; i < 1_000; i++) queue.apply('a', change('queued', { queue: 'algorithm:a@1' }));
    queue.apply('b', change('queued', { queue: 'other' }));
    expect(new Set(queue.next(100).map((pick) => pick.queue))).toEqual(new Set(['algorithm:a@1']));
    expect(queue.next(100)[0]).toMatchObject({ queue: 'other', key: 'b' });
  });

  it('keeps live work first, and sources in turn, whatever a replay has piled up', () => {
    const queue = new DispatchQueue();
    learn(queue);
    for (let source = 0; source < 1_000; source++)
      queue.restore({
        key: `pump-${source}`,
        queue: 'p',
        lane: 'REPLAY',
        windowType: 'w@1',
        queued: 1_000,
        inFlight: 0,
      });
    expect(queue.depths()[0]!.queued).toBe(1_000_000);
    expect(queue.admit({ processor: 'p', lane: 'LIVE' })).toBe(true);
    expect(queue.admit({ processor: 'p', lane: 'REPLAY' })).toBe(false);
    queue.apply('pump-1', change('queued'));
    expect(queue.next(4).map(({ lane, key }) => `${lane} ${key}`)).toEqual([
      'LIVE pump-1',
      'REPLAY pump-0',
      'REPLAY pump-1',
      'REPLAY pump-2',
    ]);
  });

  it('restores what was queued and on its topic', () => {
    const queue = new DispatchQueue();
    queue.restore({ key: 'a', queue: 'p', lane: 'LIVE', windowType: 'w@1', queued: 5, inFlight: 0 });
    queue.restore({
      key: 'a',
      queue: 'p',
      lane: 'LIVE',
      windowType: 'w@1',
      queued: 0,
      inFlight: INITIAL_CREDIT - 2,
    });
    expect(queue.next(10)).toHaveLength(2);
  });
});

describe('a hold', () => {
  it('of a processor admits and picks nothing, leaves what is under way, and takes nobody else anything', () => {
    const held = new Set(['p']);
    const queue = new DispatchQueue({ isHeld: (name) => held.has(name) });
    queue.restore({ key: 'a', queue: 'p', lane: 'LIVE', windowType: 'w@1', queued: 0, inFlight: 2 });
    expect(queue.admit({ processor: 'p', lane: 'LIVE' })).toBe(false);
    queue.apply('a', change('queued'));
    expect(queue.next(10)).toEqual([]);
    expect(fill(queue, 'LIVE', 'q')).toBe(INITIAL_CREDIT);
    queue.apply('a', change('ended'));
    queue.apply('a', change('ended'));
    expect(queue.depths()[0]).toEqual({ processor: 'p', queued: 1, inFlight: 0, credit: INITIAL_CREDIT });
    held.clear();
    expect(queue.next(10)).toHaveLength(1);
  });

  it('says nothing of how fast its processor is', () => {
    const queue = new DispatchQueue({ isHeld: () => true });
    for (let i = 0; i < 1_000; i++) {
      queue.admit({ processor: 'p', lane: 'LIVE' });
      queue.answered({ processor: 'p', lane: 'LIVE', dispatchedUs: 0, busyUs: 10 }, i * 100_000);
    }
    expect(queue.depths()[0]!.credit).toBe(INITIAL_CREDIT);
  });

  it('of an algorithm keeps back what comes later until all that waited has been picked, in turn and without credit', () => {
    const held = new Set(['algorithm:a@1']);
    const queue = new DispatchQueue({ isHeld: (name) => held.has(name) });
    expect(queue.keepsBack('algorithm:a@1')).toBe(true);
    for (let i = 0; i < INITIAL_CREDIT * 2; i++) queue.apply(`k${i % 3}`, change('queued', { queue: 'algorithm:a@1' }));
    expect(queue.next(1)).toEqual([]);
    expect(queue.heldDepths()).toEqual([{ queue: 'algorithm:a@1', queued: INITIAL_CREDIT * 2 }]);
    expect(queue.depths()).toEqual([]);
    held.clear();
    expect(queue.next(4).map(({ key }) => key)).toEqual(['k0', 'k1', 'k2', 'k0']);
    expect(queue.keepsBack('algorithm:a@1')).toBe(true);
    expect(queue.next(1_000)).toHaveLength(INITIAL_CREDIT * 2 - 4);
    expect(queue.keepsBack('algorithm:a@1')).toBe(false);
  });
});

describe('credit', () => {
  /** Works off as many tasks as it has credit for, `perSecond` of them a second, each busy for so long. */
  function run(
    credit: Credit,
    { perSecond, busyUs = 100, seconds = 5 }: { perSecond: number; busyUs?: number; seconds?: number },
  ) {
    for (let i = 0; i < perSecond * seconds; i++) {
      credit.exhausted();
      credit.answer({ nowUs: Math.round((i / perSecond) * 1e6), busyUs });
    }
    return credit.limit;
  }

  it('follows what the processor gets through in 200 ms', () => {
    expect(run(new Credit(), { perSecond: 2000 })).toBeCloseTo(400, -2);
    expect(run(new Credit(), { perSecond: 50_000, seconds: 2 })).toBe(MAX_CREDIT);
    expect(run(new Credit(), { perSecond: 20, busyUs: 50_000, seconds: 20 })).toBe(MIN_CREDIT);
  });

  it('does not fall with quick work when it is the way there and back that takes long', () => {
    expect(run(new Credit({ partitions: 8 }), { perSecond: 20, busyUs: 100, seconds: 20 })).toBe(250);
    expect(run(new Credit({ partitions: 64 }), { perSecond: 20, busyUs: 100, seconds: 20 })).toBeCloseTo(31, 0);
  });

  it('leaves room for long work in parallel', () => {
    expect(run(new Credit(), { perSecond: 40, busyUs: 2e6, seconds: 20 })).toBeCloseTo(40 * 4.2, -1);
  });

  it('does not change while it is not used up', () => {
    const credit = new Credit();
    for (let i = 0; i < 1000; i++) credit.answer({ nowUs: i * 100_000, busyUs: 10 });
    expect(credit.limit).toBe(INITIAL_CREDIT);
  });
});
