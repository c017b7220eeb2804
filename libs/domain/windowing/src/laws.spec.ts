import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Opening } from '@windlass/dag';
import type { Input } from './input.ts';
import {
  algorithm,
  condition,
  contentOf,
  count,
  fixed,
  phased,
  planOf,
  point,
  policy,
  previous,
  sample,
  SECOND,
  session,
  signal,
  sliding,
  startStop,
  state,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';
import type { WindowRecord } from './records.ts';
import { NEVER } from './time.ts';

const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  'life@1': ['cycle@1', 'slide@1', 'in-life@1', 'busy-in-life@1', 'mode-in-life@1'],
  'around@1': ['of-point@1'],
  'cycle@1': ['part@1', 'three-in-cycle@1'],
  'hop@1': ['of-hop@1'],
  'busy@1': ['of-busy@1', 'hot-in-busy@1', 'run-in-busy@1'],
  'of-busy@1': ['ten-of-busy@1'],
  'hot@1': ['of-hot@1'],
  'all@1': ['of-all@1'],
  'shift@1': ['work@1'],
};

const KEPT = { count: 1_000, bytes: 1_000_000 };

const HORIZON = 200;

/** A night over midnight with a break, and two shifts after it of which one takes up where the night ends. */
const shifts = (breaks: 'split' | 'within'): Opening => {
  const on = { cycleDays: 1, days: [0], anchor: '1970-01-01' };
  return {
    kind: 'calendar',
    scope: 'source',
    zone: 'UTC',
    breaks,
    intervals: [
      {
        name: 'night',
        startSecond: 86_370,
        endSecond: 86_410,
        breaks: [{ startSecond: 86_380, endSecond: 86_385 }],
        on,
      },
      { name: 'early', startSecond: 10, endSecond: 40, breaks: [], on },
      { name: 'late', startSecond: 50, endSecond: 70, breaks: [], on },
    ],
    holidays: [],
    exceptions: [],
  };
};

const NEW = [
  ...['of-busy@1', 'ten-of-busy@1', 'hot-in-busy@1', 'run-in-busy@1', 'hot@1', 'of-hot@1', 'between@1', 'mode@1'],
  ...['mode-in-life@1', 'four@1', 'three-in-cycle@1', 'all@1', 'of-all@1'],
];

const plan = (
  onSecondStart: 'ignore' | 'restart' | 'nest',
  partial: 'keep' | 'drop' | 'extend',
  { outOfOrderness, lateness } = { outOfOrderness: 5, lateness: HORIZON },
) =>
  planOf({
    types: [
      windowType('life', startStop({ onSecondStart, maxDurationUs: 60 * SECOND }), { reads: ['sample', 'life'] }),
      windowType('cycle', fixed(10 * SECOND, { align: 'parent', partial }), {
        parent: 'life@1',
        keepSignals: KEPT,
      }),
      windowType('part', fixed(3 * SECOND), { parent: 'cycle@1' }),
      windowType('root', fixed(7 * SECOND, { offsetUs: SECOND }), { reads: ['sample', 'life'] }),
      windowType('hop', sliding(12 * SECOND, 5 * SECOND, { offsetUs: -SECOND }), {
        keepSignals: KEPT,
      }),
      windowType(
        'slide',
        sliding(20 * SECOND, 8 * SECOND, { align: 'parent', partial: partial === 'drop' ? partial : 'keep' }),
        {
          parent: 'life@1',
          keepSignals: KEPT,
        },
      ),
      windowType('busy', session(5 * SECOND), { keepSignals: KEPT }),
      windowType('shift', shifts('within'), { reads: ['sample', 'life'] }),
      windowType('work', shifts('split'), { parent: 'shift@1', keepSignals: KEPT }),
      windowType('busy-in-life', session(5 * SECOND), {
        parent: 'life@1',
        keepSignals: KEPT,
      }),
      windowType('around', point(4 * SECOND, 6 * SECOND), { keepSignals: KEPT }),
      windowType('in-life', point(4 * SECOND, 6 * SECOND), { parent: 'life@1' }),
      windowType('of-point', fixed(3 * SECOND, { align: 'parent' }), { parent: 'around@1' }),
      windowType('of-hop', fixed(6 * SECOND, { align: 'parent' }), { parent: 'hop@1' }),
      windowType('of-busy', fixed(4 * SECOND, { align: 'parent' }), { parent: 'busy@1', keepSignals: KEPT }),
      windowType('ten-of-busy', count(3, 3 * SECOND), { parent: 'of-busy@1' }),
      windowType('hot-in-busy', condition({ minDurationUs: SECOND }), { parent: 'busy@1' }),
      windowType('run-in-busy', startStop({ onSecondStart, maxDurationUs: 9 * SECOND }), { parent: 'busy@1' }),
      windowType('hot', condition({ minDurationUs: 3 * SECOND, minBreakUs: 4 * SECOND, maxDurationUs: 40 * SECOND }), {
        keepSignals: KEPT,
      }),
      windowType('of-hot', fixed(5 * SECOND, { align: 'parent' }), { parent: 'hot@1' }),
      windowType('between', condition({ to: 'values.v < 1.0', maxDurationUs: 30 * SECOND, maxGapUs: 12 * SECOND })),
      windowType('mode', state({ as: 'mode', maxDurationUs: 25 * SECOND }), {
        metadata: { mode: { type: 'double', required: true } },
      }),
      windowType(
        'mode-in-life',
        state({ minDurationUs: 2 * SECOND, maxGapUs: 9 * SECOND, maxDurationUs: 20 * SECOND }),
        {
          parent: 'life@1',
        },
      ),
      windowType('four', count(4, 50 * SECOND), { keepSignals: KEPT }),
      windowType('three-in-cycle', count(3), { parent: 'cycle@1' }),
      windowType('all', { kind: 'wholeLife' }),
      windowType('of-all', fixed(30 * SECOND, { align: 'parent' }), { parent: 'all@1' }),
    ],
    policies: [
      'life@1',
      'cycle@1',
      'part@1',
      'root@1',
      'hop@1',
      'slide@1',
      'of-hop@1',
      'busy@1',
      'busy-in-life@1',
      'around@1',
      'in-life@1',
      'of-point@1',
      ...NEW,
      'shift@1',
      'work@1',
    ].map((ref) => policy(ref, { allowedLatenessUs: lateness * SECOND, outOfOrdernessUs: outOfOrderness * SECOND })),
    algorithms: [
      'cycle@1',
      'root@1',
      'life@1',
      'hop@1',
      'slide@1',
      'busy@1',
      'busy-in-life@1',
      'hot@1',
      'four@1',
      'shift@1',
      'work@1',
    ].map((ref) =>
      algorithm(`on-${ref.slice(0, -2)}`, ref, {
        dependencies: [
          previous(2),
          previous({ count: 3, gap: 1, withinUs: 60 * SECOND }),
          previous({ durationUs: 30 * SECOND, gapUs: 10 * SECOND }),
        ],
      }),
    ),
  });

/** Around the epoch, on and off the edges of windows. */
const seconds = fc.oneof(
  fc.integer({ min: -90, max: 90 }),
  fc.integer({ min: -900, max: 900 }).map((tenths) => tenths / 10),
);

const event: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(seconds, fc.integer({ min: 0, max: 3 })).map(([at, v]) => sample(at, { values: { v } })),
  },
  { weight: 1, arbitrary: seconds.map((at) => signal('alarm', at)) },
  { weight: 1, arbitrary: seconds.map((at) => phased('START', at)) },
  { weight: 1, arbitrary: seconds.map((at) => phased('STOP', at)) },
);

/** What opens windows, and closes them. */
const boundary: fc.Arbitrary<Input> = fc.oneof(
  seconds.map((at) => signal('alarm', at)),
  seconds.map((at) => phased('START', at)),
  seconds.map((at) => phased('STOP', at)),
);

const shuffled = (inputs: readonly Input[]) =>
  fc.shuffledSubarray([...inputs], { minLength: inputs.length, maxLength: inputs.length });

const history = fc.array(event, { minLength: 1, maxLength: 40 }).chain((inputs) =>
  fc.record({
    inputs: fc.constant(inputs),
    other: shuffled(inputs),
    batches: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
    doubled: fc.subarray(inputs),
    onSecondStart: fc.constantFrom('ignore' as const, 'restart' as const, 'nest' as const),
    partial: fc.constantFrom('keep' as const, 'drop' as const, 'extend' as const),
  }),
);

/** Most seconds that an element comes behind the newest before it. */
const DISORDER = 9;

const slightlyDisordered = fc
  .array(fc.tuple(event, fc.double({ min: 0, max: DISORDER - 0.1, noNaN: true })), { minLength: 1, maxLength: 40 })
  .chain((inputs) =>
    fc.record({
      inOrder: fc.constant([...inputs].sort((a, b) => timeOf(a[0]) - timeOf(b[0])).map(([input]) => input)),
      other: fc.constant([...inputs].sort((a, b) => timeOf(a[0]) + a[1] - timeOf(b[0]) - b[1]).map(([input]) => input)),
      batches: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
      onSecondStart: fc.constantFrom('ignore' as const, 'restart' as const, 'nest' as const),
      partial: fc.constantFrom('keep' as const, 'drop' as const, 'extend' as const),
      dial: fc.constantFrom({ outOfOrderness: DISORDER, lateness: 0 }, { outOfOrderness: 2, lateness: DISORDER }),
    }),
  );

/** Of a signal, in seconds. */
const timeOf = (input: Input): number => (input.kind === 'signal' ? input.signal.eventTimeUs / SECOND : 0);

/** What was told of windows after they were final, but for their children. */
function afterFinal({ records }: Trigger): WindowRecord[] {
  const final = new Set<string>();
  return records.filter((record) => {
    const isAfter = final.has(record.windowId) && record.kind !== 'childrenClosed';
    if (record.kind === 'finalized' || (record.kind === 'pane' && record.isFinal)) final.add(record.windowId);
    return isAfter;
  });
}

function inBatches(trigger: Trigger, inputs: readonly Input[], sizes: readonly number[]): Trigger {
  let at = 0;
  for (let i = 0; at < inputs.length; i++) {
    const size = sizes[i % sizes.length]!;
    trigger.take(...inputs.slice(at, at + size));
    if (i % 3 === 1) trigger.restart();
    at += size;
  }
  return trigger;
}

const END = watermark(8_994_000_000);

describe('laws of windows', () => {
  it('any arrival order, batching, repetition and restart of the same inputs ends in the same final panes', () => {
    fc.assert(
      fc.property(history, ({ inputs, other, batches, doubled, onSecondStart, partial }) => {
        const compiled = plan(onSecondStart, partial);
        const one = new Trigger(compiled).takeEach(inputs).take(END);
        const two = inBatches(new Trigger(compiled), [...other, ...doubled], batches).take(END);
        expect(contentOf(two)).toEqual(contentOf(one));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    );
  });

  it('what comes no later than the policy allows ends as if it had come in order, though most is final and forgotten before the end', () => {
    fc.assert(
      fc.property(slightlyDisordered, ({ inOrder, other, batches, onSecondStart, partial, dial }) => {
        const compiled = plan(onSecondStart, partial, dial);
        const one = new Trigger(compiled).takeEach(inOrder).take(END);
        const two = inBatches(new Trigger(compiled), other, batches).take(END);
        expect(two.rejections.filter(({ code }) => code === 'LATE')).toEqual([]);
        expect(contentOf(two)).toEqual(contentOf(one));
        expect(afterFinal(two)).toEqual([]);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    );
  });

  it('every element is in exactly the windows that hold its time', () => {
    fc.assert(
      fc.property(history, ({ other, onSecondStart }) => {
        const trigger = new Trigger(plan(onSecondStart, 'keep')).takeEach(other).take(END);
        const timesOf = (...names: readonly string[]) =>
          other.flatMap((i) => (i.kind === 'signal' && names.includes(i.signal.name) ? [i.signal.eventTimeUs] : []));
        const times = timesOf('sample');
        const timesOfAll = timesOf('sample', 'life');
        const panes = [...trigger.finalPanes().values()];
        for (const { windowType: ref, startUs, endUs, elements, signals } of panes) {
          const held = (['life@1', 'root@1', 'shift@1'].includes(ref) ? timesOfAll : times).filter(
            (at) => startUs <= at && at < endUs,
          );
          expect(elements).toBe(held.length);
          if (signals) expect(signals.map(({ eventTimeUs }) => eventTimeUs)).toEqual(held.sort((a, b) => a - b));
        }
        const of = (type: string) => panes.filter(({ windowType: ref }) => ref === `${type}@1`);
        for (const at of times) {
          const holds = (type: string) => of(type).filter(({ startUs, endUs }) => startUs <= at && at < endUs).length;
          expect(holds('root')).toBe(1);
          expect(holds('cycle')).toBe(holds('life'));
          expect(holds('part')).toBe(holds('cycle'));
          const second = at / SECOND;
          const inShift = (second >= -30 && second < 40) || (second >= 50 && second < 70);
          expect(holds('shift')).toBe(inShift ? 1 : 0);
          expect(holds('work')).toBe(inShift && !(second >= -20 && second < -15) ? 1 : 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('what a signal opens is in each window that holds the signal, also where these overlap', () => {
    fc.assert(
      fc.property(fc.array(boundary, { minLength: 1, maxLength: 25 }), (events) => {
        const trigger = new Trigger(plan('nest', 'keep')).takeEach(events).take(END);
        const panes = [...trigger.finalPanes().values()];
        const of = (type: string) => panes.filter(({ windowType: ref }) => ref === `${type}@1`);
        const alarms = events.flatMap((i) => (i.kind === 'signal' && i.signal.name === 'alarm' ? [i.signal] : []));
        const expected = of('life').flatMap(({ windowId, startUs, endUs }) =>
          alarms
            .filter(({ eventTimeUs }) => startUs <= eventTimeUs && eventTimeUs < endUs)
            .map(({ eventTimeUs: at }) => [
              windowId,
              Math.max(startUs, at - 4 * SECOND),
              Math.min(endUs, at + 6 * SECOND),
            ]),
        );
        const found = of('in-life').map(({ parentWindowId, startUs, endUs }) => [parentWindowId, startUs, endUs]);
        expect(found.map(String).sort()).toEqual(expected.map(String).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('revisions are dense from 0, versions grow, ON_TIME comes at most once, the final pane last', () => {
    fc.assert(
      fc.property(history, ({ other, batches, onSecondStart, partial }) => {
        const trigger = inBatches(new Trigger(plan(onSecondStart, partial)), other, batches).take(END);
        const ids = new Set(trigger.records.map(({ windowId }) => windowId));
        for (const id of ids) {
          const records = trigger.records.filter(({ windowId }) => windowId === id);
          const panes = records.flatMap((record) => (record.kind === 'pane' ? [record] : []));
          expect(panes.map(({ revision }) => revision)).toEqual(panes.map((_, i) => i));
          expect(records.map(({ version }) => version)).toEqual(records.map((_, i) => i + 1));
          expect(panes.filter(({ timing }) => timing === 'ON_TIME').length).toBeLessThanOrEqual(1);
          expect(panes.slice(0, -1).every(({ isFinal }) => !isFinal)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('children lie within the last bounds of their parents, and are all named by children closed', () => {
    fc.assert(
      fc.property(history, ({ other, batches, onSecondStart, partial }) => {
        const trigger = inBatches(new Trigger(plan(onSecondStart, partial)), other, batches).take(END);
        const panes = trigger.finalPanes();
        for (const { parentWindowId, startUs, endUs } of panes.values()) {
          if (parentWindowId === null) continue;
          const parent = panes.get(parentWindowId)!;
          expect(parent.startUs <= startUs && endUs <= parent.endUs && startUs < endUs).toBe(true);
        }
        const closed = new Map(trigger.closed().map((one) => [`${one.windowId} ${one.childType}`, one.childWindowIds]));
        for (const { windowId, windowType: ref } of panes.values()) {
          for (const childType of CHILDREN[ref] ?? []) {
            const children = [...panes.values()]
              .filter((pane) => pane.parentWindowId === windowId && pane.windowType === childType)
              .sort((a, b) => a.startUs - b.startUs || (a.windowId < b.windowId ? -1 : 1));
            expect(closed.get(`${windowId} ${childType}`)).toEqual(children.map((child) => child.windowId));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a watermark never moves back, and nothing is left when all is final', () => {
    fc.assert(
      fc.property(history, ({ other, onSecondStart, partial }) => {
        const trigger = new Trigger(plan(onSecondStart, partial));
        let before = NEVER;
        for (const input of [...other, END]) {
          const after = trigger.take(input).state.types.get('root@1')?.watermarkUs ?? NEVER;
          expect(after).toBeGreaterThanOrEqual(before);
          before = after;
        }
        for (const type of trigger.state.types.values()) expect([type.windows, type.boundaries]).toEqual([[], []]);
        expect([trigger.stored, [...trigger.past]]).toEqual([[], []]);
      }),
      { numRuns: 60 },
    );
  });
});
