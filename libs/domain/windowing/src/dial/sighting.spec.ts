import { describe, expect, it } from '@jest/globals';
import { applyEntry, emptyRegistryView, type Source, type WindowType } from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from '../input.ts';
import { compilePlans } from '../plan.ts';
import {
  condition,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  session,
  signal,
  sliding,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from '../scenario.ts';
import { emptyStoredSource, stepStored } from '../stored-source.ts';
import { curveOf, pointAt, type Lateness } from './curve.ts';
import { BEYOND, boundUs, bucketOf, BOUNDS_US, type Cell } from './delays.ts';
import { LIVE_WITHIN_US, type Measure, type Sighting } from './sighting.ts';

/** All marks of one measure, added up. */
function cellsOf(sightings: readonly Sighting[], measure: Measure): Cell[] {
  const counts = new Map<number, number>();
  const add = (bucket: number, count: number) => counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  for (const { inOrder, marks } of sightings) {
    if (measure === 'element' && inOrder > 0) add(0, inOrder);
    for (const mark of marks) if (mark.measure === measure) add(mark.bucket, mark.count);
  }
  return [...counts].map(([bucket, count]) => ({ bucket, count })).filter(({ count }) => count !== 0);
}

const latenessOf = (sightings: readonly Sighting[]): Lateness => ({
  element: cellsOf(sightings, 'element'),
  window: cellsOf(sightings, 'window'),
  revision: cellsOf(sightings, 'revision'),
});

const counted = (sightings: readonly Sighting[], measure: Measure): number =>
  cellsOf(sightings, measure).reduce((sum, { count }) => sum + count, 0);

const END = 10_000;

function run(
  type: WindowType,
  inputs: readonly Input[],
  { outOfOrdernessUs, allowedLatenessUs = END * SECOND }: { outOfOrdernessUs: number; allowedLatenessUs?: number },
): Trigger {
  const of = policy('one@1', { outOfOrdernessUs, allowedLatenessUs, dedupeHorizonUs: END * SECOND });
  return new Trigger(planOf({ types: [type], policies: [of] })).takeEach([...inputs, watermark(3 * END)]);
}

/** Windows that hold in the end, and whose ON_TIME pane said what the last one says. */
function completeOnTime(trigger: Trigger): number {
  const onTime = new Map(trigger.panes().flatMap((pane) => (pane.timing === 'ON_TIME' ? [[pane.windowId, pane]] : [])));
  return [...trigger.finalPanes().values()].filter(({ windowId, elements, endUs }) => {
    const first = onTime.get(windowId);
    return first?.elements === elements && first.endUs === endUs;
  }).length;
}

/** Event times in arrival order, mostly rising, in seconds with milliseconds. */
const arrivals = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 }))), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => {
    let clockMs = 100_000;
    return steps.map(([forward, back]) => ((clockMs += forward) - back) / 1_000);
  });

const anyDelay = fc.constantFrom(0, 500_000, 3 * SECOND, 20 * SECOND);
const someBounds = fc.uniqueArray(fc.integer({ min: 0, max: bucketOf(100 * SECOND) }), { maxLength: 3 });

const kinds = {
  fixed: windowType('one', fixed(5 * SECOND)),
  sliding: windowType('one', sliding(9 * SECOND, 4 * SECOND)),
  session: windowType('one', session(4 * SECOND)),
};

/** What the hub does with each delay, beside what one measured run says that it would do. */
function compare(type: WindowType, inputs: readonly Input[], measured: Trigger, buckets: readonly number[]): void {
  const lateness = latenessOf(measured.sightings);
  const delays = [...curveOf(lateness).map(({ delayUs }) => delayUs), ...buckets.map(boundUs)];
  for (const delayUs of delays) {
    const real = run(type, inputs, { outOfOrdernessUs: delayUs });
    expect([delayUs, pointAt(lateness, delayUs).windows]).toEqual([delayUs, completeOnTime(real)]);
  }
}

describe('the measured curve', () => {
  it.each(Object.entries(kinds))('tells of %s windows how many any other delay completes on time', (_, type) => {
    fc.assert(
      fc.property(arrivals, anyDelay, someBounds, (times, outOfOrdernessUs, buckets) => {
        const inputs = times.map((seconds) => sample(seconds));
        const measured = run(type, inputs, { outOfOrdernessUs });
        expect(counted(measured.sightings, 'window')).toBe(measured.finalPanes().size);
        compare(type, inputs, measured, buckets);
      }),
      { numRuns: 60 },
    );
  });

  it('judges a session by itself, not by those that became part of it', () => {
    const inputs = [sample(100), sample(110), sample(103), sample(98), sample(120)];
    const measured = run(kinds.session, inputs, { outOfOrdernessUs: 5 * SECOND });
    compare(kinds.session, inputs, measured, [bucketOf(5_500_000)]);
    expect(pointAt(latenessOf(measured.sightings), 5_500_000).windows).toBe(3);
  });

  it('tells it of windows between START and STOP, which may come late themselves', () => {
    const type = windowType('one', startStop({ maxDurationUs: 60 * SECOND }), { reads: ['sample', 'life'] });
    fc.assert(
      fc.property(arrivals, anyDelay, fc.nat(40), fc.nat(40), someBounds, (times, outOfOrdernessUs, i, j, buckets) => {
        const inputs: Input[] = times.map((seconds) => sample(seconds));
        inputs.splice(i, 0, start(105));
        inputs.splice(j, 0, stop(120));
        compare(type, inputs, run(type, inputs, { outOfOrdernessUs }), buckets);
      }),
      { numRuns: 60 },
    );
  });

  it('knows that a START which comes after the end of its window was late for it', () => {
    const type = windowType('one', startStop());
    const inputs = [sample(106), stop(120), sample(130), start(105)];
    const { sightings } = run(type, inputs, { outOfOrdernessUs: 0 });
    expect(cellsOf(sightings, 'window')).toEqual([{ bucket: bucketOf(10 * SECOND + 1), count: 1 }]);
    expect(completeOnTime(run(type, inputs, { outOfOrdernessUs: 10 * SECOND }))).toBe(0);
    expect(completeOnTime(run(type, inputs, { outOfOrdernessUs: 10 * SECOND + 1 }))).toBe(1);
  });

  it('counts what was dropped too: with no lateness allowed it says the same', () => {
    fc.assert(
      fc.property(
        arrivals,
        anyDelay,
        fc.constantFrom(0, 2 * SECOND),
        someBounds,
        (times, us, allowedLatenessUs, bs) => {
          const inputs = times.map((seconds) => sample(seconds));
          compare(kinds.fixed, inputs, run(kinds.fixed, inputs, { outOfOrdernessUs: us, allowedLatenessUs }), bs);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells exactly how many elements would not have been behind the watermark', () => {
    fc.assert(
      fc.property(
        arrivals,
        anyDelay,
        fc.constantFrom(...BOUNDS_US.slice(0, 200)),
        (times, outOfOrdernessUs, delayUs) => {
          const inputs = times.map((seconds) => sample(seconds));
          const { sightings } = run(kinds.fixed, inputs, { outOfOrdernessUs });
          const us = times.map((seconds) => Math.round(seconds * SECOND));
          const onTime = us.filter((timeUs, i) => timeUs >= Math.max(...us.slice(0, i + 1)) - delayUs);
          expect(pointAt(latenessOf(sightings), delayUs).elements).toBe(onTime.length);
        },
      ),
    );
  });

  it('tells which revisions a longer delay would have spared', () => {
    fc.assert(
      fc.property(arrivals, anyDelay, someBounds, (times, outOfOrdernessUs, buckets) => {
        const inputs = times.map((seconds) => sample(seconds));
        const revisionsOf = ({ records }: Trigger) =>
          records.filter((record) => record.kind === 'pane' && record.timing === 'LATE' && record.revision > 0).length;
        const measured = run(kinds.fixed, inputs, { outOfOrdernessUs });
        const lateness = latenessOf(measured.sightings);
        const all = revisionsOf(measured);
        for (const delayUs of buckets.map(boundUs).filter((us) => us >= outOfOrdernessUs)) {
          const without = revisionsOf(run(kinds.fixed, inputs, { outOfOrdernessUs: delayUs }));
          expect(all - pointAt(lateness, delayUs).spared).toBe(without);
        }
      }),
    );
  });
});

describe('what a step has seen', () => {
  const at = (nowSeconds: number, inputs: readonly Input[], rest: Parameters<typeof policy>[1] = {}) => {
    const trigger = new Trigger(planOf({ types: [kinds.fixed], policies: [policy('one@1', rest)] }));
    trigger.nowUs = nowSeconds * SECOND;
    return trigger.takeEach(inputs);
  };

  it('tells how long after its end a window was first told, told on time, and final', () => {
    const lateness = { allowedLatenessUs: 60 * SECOND };
    const trigger = at(106, [sample(101), sample(106)], lateness);
    trigger.nowUs = 200 * SECOND;
    trigger.take(sample(165));
    const cells = (measure: Measure) => cellsOf(trigger.sightings, measure).map(({ bucket }) => boundUs(bucket));
    expect(cells('first')).toContain(SECOND);
    expect(cells('onTimeEvent')).toContain(SECOND);
    expect(cells('final')).toEqual([95 * SECOND]);
    expect(cells('finalEvent')).toEqual([60 * SECOND]);
  });

  it('tells how long before its end a window was first told', () => {
    const trigger = at(102, [sample(101)], { early: { count: 1 } });
    expect(cellsOf(trigger.sightings, 'firstBefore')).toEqual([{ bucket: bucketOf(3 * SECOND), count: 1 }]);
    expect(counted(trigger.sightings, 'earlyPane')).toBe(1);
    expect(counted(trigger.sightings, 'first')).toBe(0);
  });

  it('tells how many samples the first, the ON_TIME and the last pane had', () => {
    const { sightings } = at(
      110,
      [
        sample(101, { count: 10 }),
        sample(102, { count: 20 }),
        sample(106),
        sample(103, { count: 70 }),
        watermark(1_000),
      ],
      { early: { count: 10 }, allowedLatenessUs: 60 * SECOND },
    );
    const samples = (['firstSamples', 'onTimeSamples', 'finalSamples'] as const).map((one) => counted(sightings, one));
    expect(samples).toEqual([10 + 1, 30 + 1, 100 + 1]);
    expect([counted(sightings, 'latePane'), counted(sightings, 'revision')]).toEqual([1, 1]);
  });

  it('keeps apart what lies more than an hour behind the clock', () => {
    const seconds = LIVE_WITHIN_US / SECOND;
    const sides = (nowSeconds: number) => [
      ...new Set(at(nowSeconds, [sample(101), sample(106)]).sightings.map(({ isHistory }) => isHistory)),
    ];
    expect(sides(101 + seconds)).toEqual([false]);
    expect(sides(107 + seconds)).toEqual([true]);
  });

  it('counts elements after an advance of silence as behind it, and after a WATERMARK as beyond any delay', () => {
    const idle = { idleTimeoutMs: 10_000, onIdle: 'advance' as const, allowedLatenessUs: 600 * SECOND };
    const silent = at(101, [sample(101)], idle).wait(10);
    silent.take(
      ...silent.signals.map((one) => ({ kind: 'signal' as const, signal: one })),
      sample(102),
      watermark(900),
    );
    expect(cellsOf(silent.sightings, 'element')).toEqual([
      { bucket: 0, count: 1 },
      { bucket: bucketOf(9 * SECOND), count: 1 },
    ]);
    expect(cellsOf(silent.sightings, 'window')).toEqual([{ bucket: bucketOf(6 * SECOND + 1), count: 1 }]);
    const told = at(101, [sample(101), watermark(110), sample(102), watermark(900)], idle);
    expect(cellsOf(told.sightings, 'window')).toEqual([{ bucket: BEYOND, count: 1 }]);
  });

  it('counts an element for which every window is final, and windows that are withdrawn', () => {
    const { sightings } = at(110, [sample(101), sample(110), sample(102)]);
    expect(counted(sightings, 'dropped')).toBe(1);
    expect(cellsOf(sightings, 'window')).toEqual([{ bucket: bucketOf(5 * SECOND + 1), count: 1 }]);
    const merged = new Trigger(
      planOf({ types: [kinds.session], policies: [policy('one@1', { allowedLatenessUs: 60 * SECOND })] }),
    ).takeEach([sample(101), sample(110), sample(99)]);
    expect(counted(merged.sightings, 'withdrawn')).toBe(1);
  });
});

describe("windows of a group's", () => {
  const type = windowType('one', fixed(10 * SECOND, { scope: 'group' }));
  const pump: Source = { name: 'pump-1', kind: 'pump', groups: ['line-1'], labels: {} };
  const line: Source = { name: 'line-1', kind: 'unknown', groups: [], labels: {} };
  const entries = [
    {
      kind: 'REVISION',
      name: '1',
      number: 1,
      body: { number: 1, windowTypes: [type], processors: [], algorithms: [] },
    },
    { kind: 'POLICY', name: 'one@1', number: 1, body: policy('one@1', { allowedLatenessUs: 60 * SECOND }) },
    { kind: 'SOURCE', name: pump.name, number: 1, body: pump },
  ] as const;
  const planFor = compilePlans(
    entries
      .map(({ body, ...entry }) => ({ ...entry, body: JSON.stringify(body) }))
      .reduce(applyEntry, emptyRegistryView),
  );
  const stepOf = (source: Source, inputs: readonly Input[]) =>
    stepStored(emptyStoredSource, { key: source.name, plan: planFor(source), nowUs: 500 * SECOND, inputs }).step;

  it('are judged at each member for its part of them, and told of at the group', () => {
    const batches = [[sample(101), sample(112)], [sample(103)], [sample(400)]];
    const member = stepOf(pump, batches.flat());
    expect(cellsOf(member.sightings, 'element')).toEqual([
      { bucket: 0, count: 3 },
      { bucket: bucketOf(9 * SECOND), count: 1 },
    ]);
    expect(cellsOf(member.sightings, 'window')).toEqual([
      { bucket: bucketOf(2 * SECOND + 1), count: 1 },
      { bucket: 0, count: 1 },
    ]);
    for (const measure of ['first', 'onTime', 'final', 'latePane', 'finalSamples'] as const)
      expect([measure, counted(member.sightings, measure)]).toEqual([measure, 0]);
    const { sightings, records } = stepOf(
      line,
      member.reports.map((report) => ({ kind: 'report', report })),
    );
    expect(records.filter(({ kind }) => kind === 'pane').length).toBeGreaterThan(0);
    expect([counted(sightings, 'final'), counted(sightings, 'finalSamples')]).toEqual([2, 3]);
    for (const measure of ['window', 'element', 'revision'] as const)
      expect([measure, counted(sightings, measure)]).toEqual([measure, 0]);
  });
});

describe('windows that the watermark draws', () => {
  it('are not late for having waited for it', () => {
    const lasting = condition({ minDurationUs: 4 * SECOND, maxGapUs: 10 * SECOND });
    const type = windowType('one', lasting, { reads: ['pulse'] });
    const inputs = [sample(101, { values: { v: 2 } }), signal('pulse', 130), signal('pulse', 150)];
    const { sightings } = run(type, inputs, { outOfOrdernessUs: 10 * SECOND });
    expect(cellsOf(sightings, 'window')).toEqual([{ bucket: 0, count: 1 }]);
  });
});
