import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from './input.ts';
import {
  brief,
  condition,
  fixed,
  phased,
  planOf,
  point,
  policy,
  sample,
  SECOND,
  signal,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';

interface Dial {
  readonly outOfOrderness?: number;
  readonly lateness?: number;
}

const policyOf = (ref: string, { outOfOrderness = 0, lateness = 0 }: Dial) =>
  policy(ref, { outOfOrdernessUs: outOfOrderness * SECOND, allowedLatenessUs: lateness * SECOND });

/** Parts of 4 s within windows of this kind. */
const parts = (open: Opening, dials: { readonly outer: Dial; readonly inner: Dial }, size = 4) =>
  new Trigger(
    planOf({
      types: [
        windowType('outer', open),
        windowType('inner', fixed(size * SECOND, { align: 'parent' }), {
          parent: 'outer@1',
          keepSignals: { count: 1_000, bytes: 1_000_000 },
        }),
      ],
      policies: [policyOf('outer@1', dials.outer), policyOf('inner@1', dials.inner)],
    }),
  );

const dropped = ({ sightings }: Trigger): number =>
  sightings.flatMap(({ marks }) => marks).filter(({ measure }) => measure === 'dropped').length;

describe('elements that were here before the window that holds them', () => {
  const late = (lateness: number) =>
    parts(startStop(), { outer: { lateness: 100 }, inner: { lateness } }, 10).takeEach([
      ...[sample(5), sample(14), sample(40)],
      start(3, { id: 'begin' }),
    ]);

  it('are told, each in the journal, with the record that brings them behind what is final', () => {
    const trigger = late(0);
    expect(trigger.rejections).toMatchObject([
      {
        input: 0,
        to: 'late',
        code: 'LATE_WITHIN',
        late: { eventTimeUs: 5 * SECOND, lateFor: [{ windowType: 'inner@1', finalUpToUs: 40 * SECOND }] },
        elements: [{ timeUs: 5 * SECOND }, { timeUs: 14 * SECOND }],
      },
    ]);
    expect(trigger.rejections[0]!.message).toBe(
      '2 elements from 5000000 µs to 14000000 µs were here before the window of outer@1 that holds them, and inner@1 is final up to 40000000 µs.',
    );
    expect(trigger.journal.drops).toMatchObject([
      { code: 'LATE_WITHIN', eventTimeUs: 5 * SECOND, name: 'sample', windowTypes: ['inner@1'] },
      { code: 'LATE_WITHIN', eventTimeUs: 14 * SECOND, name: 'sample', windowTypes: ['inner@1'] },
    ]);
    expect(dropped(trigger)).toBe(2);
  });

  it('are not told within the lateness: then they are there', () => {
    const trigger = late(100).take(stop(50)).take(watermark(500));
    expect(trigger.rejections).toEqual([]);
    expect([...trigger.finalPanes().values()].map(({ elements }) => elements).sort()).toEqual([1, 1, 1, 3]);
  });

  it('are told with what else the record is too late for, once', () => {
    const types = [
      windowType('outer', startStop(), { reads: ['sample', 'life'] }),
      windowType('inner', fixed(10 * SECOND, { align: 'parent' }), { parent: 'outer@1' }),
      windowType('tens', fixed(10 * SECOND), { reads: ['life'] }),
    ];
    const trigger = new Trigger(planOf({ types, policies: [policyOf('outer@1', { lateness: 100 })] }));
    trigger.takeEach([sample(5), sample(14), start(40), start(3)]);
    expect(trigger.rejections).toMatchObject([
      {
        to: 'late',
        code: 'LATE',
        late: { eventTimeUs: 3 * SECOND, lateFor: [{ windowType: 'tens@1' }, { windowType: 'inner@1' }] },
        elements: [{ timeUs: 5 * SECOND }],
      },
    ]);
  });
});

describe('signals that were here before the window that they would open one in', () => {
  const nested = (open: Opening, inner: Dial) =>
    new Trigger(
      planOf({
        types: [windowType('outer', startStop()), windowType('inner', open, { parent: 'outer@1' })],
        policies: [policyOf('outer@1', { lateness: 100 }), policyOf('inner@1', inner)],
      }),
    );
  const run = startStop({ signal: 'run' });
  const ran = [signal('run', 12, { phase: 'START', id: 'go' }), signal('run', 18, { phase: 'STOP' })];

  it.each([
    ['START', run, ran, 12],
    ['POINT', point(2 * SECOND, 2 * SECOND), [signal('alarm', 12, { id: 'go' })], 12],
  ] as const)('are told, once, where that time is final: %s', (_, open, signals, at) => {
    const trigger = nested(open, {}).takeEach([...signals, sample(40), start(3), sample(41), stop(50)]);
    expect(trigger.rejections).toMatchObject([
      {
        input: -1,
        to: 'late',
        code: 'LATE_WITHIN',
        signal: { id: 'go' },
        late: { eventTimeUs: at * SECOND, lateFor: [{ windowType: 'inner@1', finalUpToUs: 40 * SECOND }] },
      },
    ]);
    expect(trigger.panes('inner')).toEqual([]);
    trigger.take(watermark(1_000));
    for (const type of trigger.state.types.values()) expect([type.windows, type.boundaries]).toEqual([[], []]);
  });

  it('are not told where they open one, nor where nothing comes that would hold them', () => {
    const inTime = nested(run, { lateness: 100 }).takeEach([...ran, sample(40), start(3), stop(50), watermark(500)]);
    expect(inTime.panes('inner').map(brief)).toEqual(['[12, 18) 0 LATE r0']);
    expect(inTime.rejections).toEqual([]);
    const outside = nested(run, {}).takeEach([...ran, sample(40), start(30), watermark(900)]);
    expect(outside.rejections).toEqual([]);
    expect(outside.state.types.get('inner@1')!.boundaries).toEqual([]);
  });
});

describe('elements of windows within others that are final', () => {
  it('count for as long as the lateness of their own type says, whether these have other windows in them or not', () => {
    const trigger = parts(startStop(), { outer: {}, inner: { lateness: 100 } }, 10);
    trigger.takeEach([start(0), stop(30), sample(35), sample(5), sample(110), sample(15)]);
    expect(trigger.panes('inner').map(brief)).toEqual(['[0, 10) 1 LATE r0', '[10, 20) 1 LATE r0']);
    trigger.take(watermark(131));
    for (const type of trigger.state.types.values()) expect(type.windows).toEqual([]);
  });

  it('are told when nothing can be opened any more that would hold them', () => {
    const trigger = parts(startStop(), { outer: {}, inner: { lateness: 100 } }).takeEach([sample(200), sample(150)]);
    expect(trigger.rejections).toMatchObject([
      {
        code: 'LATE',
        late: {
          lateFor: [
            { windowType: 'outer@1', finalUpToUs: 200 * SECOND },
            { windowType: 'inner@1', finalUpToUs: 200 * SECOND },
          ],
        },
      },
    ]);
  });
});

describe('elements of a final window that its parent does not hold any more', () => {
  it('are told, with the record that moves the parent’s end', () => {
    const trigger = parts(condition({ minDurationUs: 3 * SECOND }), { outer: { lateness: 20 }, inner: {} }).takeEach([
      ...[sample(0, { values: { v: 2 } }), sample(3.1, { values: { v: 0 } }), sample(3, { values: { v: 0 } })],
    ]);
    expect(trigger.withdrawn('inner')).toMatchObject([{ startUs: 0, endUs: 3.1 * SECOND }]);
    expect(trigger.rejections).toMatchObject([{ to: 'late', late: { eventTimeUs: 0 }, elements: [{ timeUs: 0 }] }]);
  });
});

describe('an element of a window', () => {
  const seconds = fc.integer({ min: 0, max: 600 }).map((tenths) => tenths / 10);
  const event: fc.Arbitrary<Input> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(seconds, fc.integer({ min: 0, max: 3 })).map(([at, v]) => sample(at, { values: { v } })),
    },
    { weight: 1, arbitrary: seconds.map((at) => signal('alarm', at)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(seconds, fc.constantFrom('START' as const, 'STOP' as const))
        .map(([at, phase]) => phased(phase, at)),
    },
  );
  const dial = fc.record({ outOfOrderness: fc.constantFrom(0, 3), lateness: fc.constantFrom(0, 5, 20, 100) });
  const kinds: Readonly<Record<string, Opening>> = {
    startStop: startStop({ maxDurationUs: 25 * SECOND }),
    nest: startStop({ onSecondStart: 'nest', maxDurationUs: 25 * SECOND }),
    point: point(6 * SECOND, 5 * SECOND),
    condition: condition({ minDurationUs: 3 * SECOND, maxDurationUs: 30 * SECOND }),
    fixed: fixed(15 * SECOND),
  };

  it.each(Object.keys(kinds))('is in one of the windows that tile it, or told: %s', (kind) => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), dial, dial, (events, outer, inner) => {
        const trigger = parts(kinds[kind]!, { outer, inner }).takeEach(events).take(watermark(8_994_000_000));
        const panes = [...trigger.finalPanes().values()];
        const isIn = (ref: string, at: number): boolean =>
          panes.some(({ windowType: of, startUs, endUs }) => of === ref && startUs <= at && at < endUs);
        const told = new Set(
          trigger.rejections.flatMap(({ late: why, elements = [] }) =>
            why?.lateFor.some(({ windowType: of }) => of === 'inner@1')
              ? [why.eventTimeUs, ...elements.map(({ timeUs }) => timeUs)]
              : [],
          ),
        );
        const kept = new Set(panes.flatMap(({ signals }) => signals?.map(({ eventTimeUs }) => eventTimeUs) ?? []));
        for (const one of events) {
          if (one.kind !== 'signal' || one.signal.name !== 'sample') continue;
          const at = one.signal.eventTimeUs;
          if (isIn('outer@1', at) && !told.has(at)) expect(kept.has(at)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is so of a signal that opens one in it, too', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), dial, dial, (events, outer, inner) => {
        const types = [
          windowType('outer', startStop({ onSecondStart: 'nest', maxDurationUs: 25 * SECOND })),
          windowType('inner', point(2 * SECOND, 3 * SECOND), { parent: 'outer@1' }),
        ];
        const policies = [policyOf('outer@1', outer), policyOf('inner@1', inner)];
        const trigger = new Trigger(planOf({ types, policies })).takeEach(events).take(watermark(8_994_000_000));
        const panes = [...trigger.finalPanes().values()];
        const told = new Set(trigger.rejections.map(({ late }) => late?.eventTimeUs));
        for (const one of events) {
          if (one.kind !== 'signal' || one.signal.name !== 'alarm' || told.has(one.signal.eventTimeUs)) continue;
          const at = one.signal.eventTimeUs;
          const held = panes.filter(({ startUs, endUs }) => startUs <= at && at < endUs);
          const parents = held.filter(({ windowType: of }) => of === 'outer@1');
          if (parents.length === 0) continue;
          expect(held.some(({ windowType: of }) => of === 'inner@1')).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
