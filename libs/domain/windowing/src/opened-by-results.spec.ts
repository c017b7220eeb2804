import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Opening } from '@windlass/dag';
import type { AlgorithmOutcome, EmissionRequest, Input, WindowOutcome } from './input.ts';
import { codesOf, explainedAt } from './explain/explain.fixture.ts';
import type { Pane } from './records.ts';
import {
  algorithm,
  brief,
  contentOf,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

const opening = (rest: Partial<Extract<Opening, { kind: 'outcome' }>> = {}): Opening => ({
  kind: 'outcome',
  algorithm: 'detector@1',
  when: 'result > 0.5',
  from: 'start',
  until: 'parent',
  once: 'parent',
  ...rest,
});

const lateness = { allowedLatenessUs: 100 * SECOND };

function withDetector(rest: Parameters<typeof opening>[0] = {}, opened: Parameters<typeof policy>[1] = {}) {
  return new Trigger(
    planOf({
      types: [
        windowType('life', startStop(), { reads: ['sample'] }),
        windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' }),
        windowType('fault', opening(rest), { parent: 'life@1', reads: [] }),
        windowType('event', { kind: 'emission' }, { parent: 'life@1', reads: ['sample'] }),
      ],
      policies: [
        policy('life@1', lateness),
        policy('cycle@1', lateness),
        policy('fault@1', opened),
        policy('event@1', opened),
      ],
      algorithms: [algorithm('detector', 'cycle@1', { emits: ['event@1'] })],
    }),
  );
}

const ran = (result: unknown, run = 0, emissions: readonly EmissionRequest[] = []): AlgorithmOutcome => ({
  executionId: `e-${run}`,
  algorithm: 'detector@1',
  run,
  succeeded: true,
  result,
  emissions,
});

const about = (pane: Pane, outcomes: readonly AlgorithmOutcome[], rest: Partial<WindowOutcome> = {}): Input => {
  const { windowId, windowType: type, key, startUs, endUs, revision, isFinal, parentWindowId, metadata, depth } = pane;
  return {
    kind: 'outcome',
    outcome: {
      ...{ windowId, windowType: type, key, startUs, endUs, revision, isFinal, parentWindowId, metadata, depth },
      outcomes,
      withdrawn: [],
      openersComplete: true,
      ...rest,
    },
  };
};

const lifeOf = (trigger: Trigger): Pane[] =>
  trigger.takeEach([start(0), sample(5), sample(15), sample(25), sample(35), stop(40), watermark(40)]).panes('cycle');

describe('a window opened by an outcome', () => {
  it('begins at the upstream window, ends with its parent, and is ON_TIME although the watermark has passed', () => {
    const trigger = withDetector();
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[1]!, [ran(0.9)]));
    expect(trigger.panes('fault').map(brief)).toEqual(['[10, 40) 0 ON_TIME r0 final']);
    expect(trigger.panes('fault')[0]).toMatchObject({
      depth: 1,
      openedBy: { windowId: cycles[1]!.windowId, algorithm: 'detector@1', executionId: 'e-0' },
      parentWindowId: trigger.panes('life')[0]!.windowId,
    });
  });

  it('is there once a parent: the earliest in event time wins, whatever order it becomes known in', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[2]!, [ran(0.9)])).take(about(cycles[3]!, [ran(0.9)]));
    expect(trigger.panes('fault')).toHaveLength(1);
    trigger.take(about(cycles[1]!, [ran(0.7)]));
    expect(trigger.panes('fault').map(brief)).toEqual(['[20, 40) 0 ON_TIME r0', '[10, 40) 0 ON_TIME r0']);
    const [first, second] = trigger.panes('fault');
    expect(trigger.withdrawn()).toMatchObject([{ windowId: first!.windowId, replacedBy: [second!.windowId] }]);
  });

  it('gives way to the next when its result is revised, and comes back with its versions going on', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[1]!, [ran(0.9)])).take(about(cycles[2]!, [ran(0.9)]));
    trigger.take(about(cycles[1]!, [ran(0.1, 1)]));
    expect([...trigger.finalPanes().values()].filter((p) => p.windowType === 'fault@1').map(brief)).toEqual([
      '[20, 40) 0 ON_TIME r0',
    ]);
    trigger.take(about(cycles[1]!, [ran(0.8, 2)]));
    const back = trigger.panes('fault').at(-1)!;
    expect([brief(back), back.version]).toEqual(['[10, 40) 0 LATE r1', 3]);
    trigger.take(about(cycles[1]!, [ran(0.1, 1)]));
    expect(trigger.panes('fault')).toHaveLength(3);
  });

  it('is withdrawn when a later run ends without a result: the earlier one is not what holds any more', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    const { key, startUs, endUs } = cycles[1]!;
    const event = { windowType: 'event@1', key, startUs, endUs, emissionKey: null, metadata: {} };
    trigger.take(about(cycles[1]!, [ran(0.9, 0, [event])]));
    trigger.take(about(cycles[1]!, [{ ...ran(null, 1), succeeded: false }]));
    expect(trigger.withdrawn().map(({ windowType }) => windowType)).toEqual(['fault@1', 'event@1']);
    trigger.take(about(cycles[1]!, [ran(0.9, 2, [event])]));
    expect(trigger.panes('fault').at(-1)).toMatchObject({ revision: 1, timing: 'LATE' });
  });

  it('keeps its place before what it has led to itself, whose claim would fall with it', () => {
    for (let at = 0; at < 20; at++) {
      const trigger = withDetector({}, lateness);
      trigger.takeEach([start(at), sample(at + 5), stop(at + 10), watermark(at + 10)]);
      trigger.take(about(trigger.panes('cycle')[0]!, [ran(0.9)]));
      const fault = trigger.panes('fault')[0]!;
      trigger.take(about(fault, [ran(0.9)]));
      expect(trigger.withdrawn()).toEqual([]);
      expect(trigger.panes('fault')).toEqual([fault]);
    }
  });

  it('is withdrawn when the accepted result is', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[1]!, [ran(0.9)]));
    trigger.take(about(cycles[1]!, [], { withdrawn: [{ algorithm: 'detector@1', run: 0 }] }));
    expect(trigger.withdrawn()).toMatchObject([{ windowType: 'fault@1', replacedBy: [] }]);
  });

  it('lasts for a duration within its parent, one for each upstream window', () => {
    const trigger = withDetector({ once: 'never', from: 'end', until: { durationUs: 15 * SECOND } }, lateness);
    const cycles = lifeOf(trigger);
    for (const cycle of cycles) trigger.take(about(cycle, [ran(0.9)]));
    expect(trigger.panes('fault').map(brief)).toEqual([
      '[10, 25) 0 ON_TIME r0',
      '[20, 35) 0 ON_TIME r0',
      '[30, 40) 0 ON_TIME r0',
    ]);
  });

  it('follows its parent: a STOP that comes later cuts it', () => {
    const trigger = withDetector({}, lateness).takeEach([start(0), sample(5), sample(15)]);
    trigger.take(about(trigger.panes('cycle')[0]!, [ran(0.9)]));
    expect(trigger.panes('fault')).toEqual([]);
    trigger.takeEach([stop(22), watermark(22)]);
    expect(trigger.panes('fault').map(brief)).toEqual(['[0, 22) 0 ON_TIME r0']);
  });

  it('is final after the lateness in processing time, not before', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[1]!, [ran(0.9)])).take(watermark(5_000));
    expect(trigger.finalized().some((one) => one.windowType === 'fault@1')).toBe(false);
    trigger.wait(101);
    expect(trigger.finalized().some((one) => one.windowType === 'fault@1')).toBe(true);
  });

  it('opens although its parent was final long before the outcome came, and is opened once', () => {
    const trigger = withDetector();
    const cycles = lifeOf(trigger);
    trigger.take(watermark(10_000));
    const outcomes = cycles.map((cycle, i) => about({ ...cycle, isFinal: true }, [ran(i === 1 ? 0.9 : 0.1)]));
    trigger.takeEach([outcomes[0]!, outcomes[1]!]);
    expect(trigger.closed().some(({ childType }) => childType === 'fault@1')).toBe(false);
    trigger.takeEach(outcomes.slice(2));
    const [fault] = trigger.panes('fault');
    expect(trigger.closed().find(({ childType }) => childType === 'fault@1')!.childWindowIds).toEqual([
      fault!.windowId,
    ]);
    expect(trigger.closed().find(({ childType }) => childType === 'event@1')!.childWindowIds).toEqual([]);
    for (const type of trigger.state.types.values()) expect([type.windows, type.claims]).toEqual([[], []]);
    trigger.takeEach(outcomes);
    expect(trigger.panes('fault')).toHaveLength(1);
  });

  it('may still open when results are revised after all were terminal, for as long as its lateness lasts', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger).map((cycle) => ({ ...cycle, isFinal: true }));
    trigger.take(watermark(10_000)).takeEach(cycles.map((cycle) => about(cycle, [ran(0.1)])));
    expect(trigger.closed().find(({ childType }) => childType === 'fault@1')!.childWindowIds).toEqual([]);
    trigger.wait(99).take(about(cycles[2]!, [ran(0.9, 1)]));
    const [fault] = trigger.panes('fault');
    expect(trigger.closed().findLast(({ childType }) => childType === 'fault@1')!.childWindowIds).toEqual([
      fault!.windowId,
    ]);
    trigger.wait(101).wait(101);
    for (const type of trigger.state.types.values()) expect([type.windows, type.claims]).toEqual([[], []]);
  });

  it('any order of outcomes ends in the same windows', () => {
    const results = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0.1, 0.9)), { maxLength: 12 });
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(results, order, (list, cycleOrder) => {
        // The router tells the runs of one window in their order; between windows there is none.
        const numbered = list.map(([cycle, result], run) => ({ cycle, result, run }));
        const other = numbered.toSorted((a, b) => cycleOrder.indexOf(a.cycle) - cycleOrder.indexOf(b.cycle));
        const [one, two] = [numbered, other].map((entries) => {
          const trigger = withDetector({}, lateness);
          const cycles = lifeOf(trigger);
          for (const { cycle, result, run } of entries) trigger.take(about(cycles[cycle]!, [ran(result, run)]));
          return contentOf(trigger);
        });
        expect(two).toEqual(one);
      }),
      { numRuns: 100 },
    );
  });
});

describe('windows in one that a result, an emission or a person opened', () => {
  const around = { startUs: 0, endUs: 10 * SECOND, key: 'unit-1', emissionKey: null, metadata: {} };
  const types = [
    windowType('life', startStop(), { reads: ['sample'] }),
    windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' }),
    windowType('fault', opening(), { parent: 'life@1', reads: [] }),
    windowType('event', { kind: 'emission' }, { reads: ['sample'] }),
    windowType('of-fault', fixed(5 * SECOND, { align: 'parent' }), { parent: 'fault@1', reads: ['sample'] }),
    windowType('of-event', fixed(5 * SECOND, { align: 'parent' }), { parent: 'event@1', reads: ['sample'] }),
  ];
  const plan = () => planOf({ types, algorithms: [algorithm('detector', 'cycle@1')] });

  it('hold what came before it was opened, are LATE, and final with it', () => {
    const trigger = new Trigger(plan());
    const cycles = trigger.takeEach([start(0), sample(1), sample(6), sample(12), watermark(12)]).panes('cycle');
    trigger.take({ kind: 'emission', emission: { ...around, windowType: 'event@1', id: 'e', parentWindowId: null } });
    expect(trigger.panes('of-event').map(brief)).toEqual(['[0, 5) 1 LATE r0 final', '[5, 10) 1 LATE r0 final']);
    trigger.take(about(cycles[0]!, [ran(0.9)]));
    trigger.takeEach([stop(30), watermark(100)]);
    expect([...trigger.finalPanes().values()].filter((p) => p.windowType === 'of-fault@1').map(brief)).toEqual([
      '[0, 5) 1 LATE r0',
      '[5, 10) 1 LATE r0',
      '[10, 15) 1 ON_TIME r0 final',
    ]);
    expect(trigger.closed().map(({ childType, childWindowIds }) => [childType, childWindowIds.length])).toEqual(
      expect.arrayContaining([
        ['of-event@1', 2],
        ['of-fault@1', 3],
      ]),
    );
    for (const ref of ['event@1', 'of-event@1', 'of-fault@1'])
      expect(trigger.state.types.get(ref)!.windows).toEqual([]);
  });
});

describe('a window opened by emission', () => {
  it('is withdrawn when its parent does not contain it any more', () => {
    const trigger = withDetector({}, lateness);
    const cycles = trigger.takeEach([start(0), sample(5), sample(16), stop(30), watermark(40)]).panes('cycle');
    trigger.take(about(cycles[1]!, [ran(0, 0, [emission(3, 7), emission(8, 11), emission(15, 18)])]));
    trigger.take(about(cycles[0]!, [ran(0)]));
    const [, crossing, outside] = trigger.panes('event');
    trigger.take(stop(10));
    expect(trigger.withdrawn('event').map(({ windowId, outside: left }) => [windowId, left?.endUs])).toEqual([
      [crossing!.windowId, 10 * SECOND],
      [outside!.windowId, 10 * SECOND],
    ]);
    const closed = trigger.closed().filter(({ childType }) => childType === 'event@1');
    expect(closed.at(-1)!.childWindowIds).toHaveLength(1);
  });

  const emission = (from: number, to: number, rest: Partial<EmissionRequest> = {}): EmissionRequest => ({
    windowType: 'event@1',
    key: 'unit-1',
    startUs: from * SECOND,
    endUs: to * SECOND,
    emissionKey: null,
    metadata: {},
    ...rest,
  });
  const byHand = (request: EmissionRequest): Input => ({
    kind: 'emission',
    emission: { ...request, id: 'e', parentWindowId: null },
  });

  it('counts the elements that are remembered, and later runs withdraw what they no longer name', () => {
    const trigger = withDetector({}, lateness);
    const cycles = lifeOf(trigger);
    trigger.take(about(cycles[1]!, [ran(0, 0, [emission(3, 7), emission(12, 18)])]));
    expect(trigger.panes('event').map(brief)).toEqual(['[3, 7) 1 ON_TIME r0', '[12, 18) 1 ON_TIME r0']);
    trigger.take(about(cycles[1]!, [ran(0, 1, [emission(3, 7), emission(13, 14)])]));
    expect(trigger.panes('event').slice(2).map(brief)).toEqual(['[13, 14) 0 ON_TIME r0']);
    expect(trigger.withdrawn()).toMatchObject([{ startUs: 12 * SECOND }]);
    trigger.take(about(cycles[1]!, [ran(0, 2, [emission(3, 6)])]));
    expect(trigger.panes('event').slice(3).map(brief)).toEqual(['[3, 6) 1 LATE r1']);
  });

  it('is opened by hand once, also when it is asked for again after it is final', () => {
    const trigger = withDetector();
    lifeOf(trigger);
    trigger.take(byHand(emission(3, 7))).take(byHand(emission(3, 7)));
    expect(trigger.panes('event').map(brief)).toEqual(['[3, 7) 1 ON_TIME r0 final']);
  });

  it.each([
    ['UNKNOWN_WINDOW_TYPE', emission(1, 2, { windowType: 'nowhere@1' })],
    ['UNKNOWN_WINDOW_TYPE', emission(1, 2, { windowType: 'cycle@1' })],
    ['EMPTY_WINDOW', emission(2, 2)],
    ['NO_PARENT', emission(100, 101)],
    ['OUTSIDE_PARENT', emission(30, 41)],
  ])('is refused with %s', (code, request) => {
    const trigger = withDetector();
    lifeOf(trigger);
    trigger.take(byHand(request));
    expect(trigger.rejections).toMatchObject([{ to: 'dlq', code, input: 0 }]);
    expect(trigger.panes('event')).toEqual([]);
  });

  it('of another key is passed on, and a chain of causes has an end', () => {
    const trigger = withDetector();
    const [cycle] = lifeOf(trigger);
    trigger.take(about(cycle!, [ran(0, 0, [emission(1, 2, { key: 'unit-2' })])]));
    expect(trigger.emissions).toMatchObject([{ key: 'unit-2' }]);
    trigger.take(about({ ...cycle!, depth: 8 }, [ran(0.9, 1, [emission(1, 2)])]));
    expect(trigger.rejections.map(({ code }) => code)).toEqual(['CAUSATION_TOO_DEEP', 'CAUSATION_TOO_DEEP']);
  });

  describe('by hand, where no watermark comes to its end', () => {
    const NOW = 1_000_000;
    const alone = (rest: Parameters<typeof policy>[1]) =>
      new Trigger(planOf({ types: [windowType('event', { kind: 'emission' })], policies: [policy('event@1', rest)] }));
    const hold = { onIdle: 'hold' as const, maxIdleMs: 60_000, outOfOrdernessUs: 5 * SECOND };
    const advance = { ...hold, onIdle: 'advance' as const, idleTimeoutMs: 10_000 };
    const briefs = (trigger: Trigger) => trigger.panes().map(brief);

    it.each([hold, advance])(
      'fires at once if its source has never sent, or when the clock comes to its end: %j',
      (rest) => {
        expect(briefs(alone(rest).take(byHand(emission(3, 7))))).toEqual(['[3, 7) 0 ON_TIME r0 final']);
        const ahead = alone({ ...rest, allowedLatenessUs: 20 * SECOND }).take(byHand(emission(NOW, NOW + 60)));
        ahead.until(NOW + 64.9);
        expect(ahead.panes()).toEqual([]);
        ahead.until(NOW + 65);
        expect(briefs(ahead)).toEqual([`[${NOW}, ${NOW + 60}) 0 ON_TIME r0`]);
        expect(
          ahead
            .take(sample(NOW + 30))
            .panes()
            .at(-1),
        ).toMatchObject({ timing: 'LATE', elements: 1 });
        expect(codesOf(explainedAt(ahead, 'event@1', NOW).timeline)).toContain('FIRED_AS_ASKED');
      },
    );

    it('is final after its lateness, and forgotten, if its source never sends', () => {
      const trigger = alone({ ...hold, allowedLatenessUs: 20 * SECOND }).take(byHand(emission(3, 7)));
      trigger.until(NOW + 19.9);
      expect(trigger.finalized()).toEqual([]);
      trigger.until(NOW + 20);
      expect(trigger.finalized()).toHaveLength(1);
      expect(trigger.state).toMatchObject({ timerUs: null, types: new Map([['event@1', { windows: [] }]]) });
    });

    it('waits for a source that is silent no longer than maxIdle, and takes what comes later as a revision', () => {
      const trigger = alone({ ...hold, allowedLatenessUs: 3_600 * SECOND }).takeEach([
        sample(5),
        byHand(emission(3, 7)),
      ]);
      expect(codesOf(explainedAt(trigger, 'event@1', 3).now)).toContain('ANSWER_DUE');
      trigger.until(NOW + 30);
      trigger.take(sample(5.5));
      trigger.until(NOW + 89);
      expect(trigger.panes()).toEqual([]);
      trigger.until(NOW + 90);
      expect(briefs(trigger)).toEqual(['[3, 7) 2 ON_TIME r0']);
      trigger.takeEach([sample(6), sample(20)]);
      expect(briefs(trigger).slice(1)).toEqual(['[3, 7) 3 LATE r1']);
    });

    it('waits while there is a backlog: what it is about may be in there', () => {
      const trigger = alone(hold);
      trigger.backlog = true;
      trigger.take(byHand(emission(3, 7)));
      expect(trigger.panes()).toEqual([]);
      trigger.backlog = false;
      trigger.until(NOW + 60);
      expect(briefs(trigger)).toEqual(['[3, 7) 0 ON_TIME r0 final']);
    });

    it('follows the silence of its source where silence counts', () => {
      const trigger = alone(advance).takeEach([sample(5), byHand(emission(3, 7))]);
      trigger.until(NOW + 9.9);
      expect(trigger.panes()).toEqual([]);
      trigger.until(NOW + 10);
      expect(briefs(trigger)).toEqual(['[3, 7) 1 ON_TIME r0']);
    });
  });
});
