import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimulationStep } from './step.ts';
import {
  clock,
  finalPanes,
  life,
  panesOf,
  sample,
  SECOND,
  signal,
  simulate,
  viewOf,
  watermark,
} from './story.fixture.ts';

const SOURCES = ['unit-1', 'unit-2'];

const policy = (rest: object = {}) => ({ outOfOrderness: '2s', allowedLateness: '1h', ...rest });

const view = viewOf({
  windowTypes: [
    {
      name: 'life',
      version: 1,
      reads: ['sample', 'life'],
      open: { startStop: { signal: 'life', maxDuration: '1m' } },
      policy: policy(),
    },
    {
      name: 'cycle',
      version: 1,
      parent: 'life@1',
      reads: ['sample'],
      open: { fixed: { size: '10s' } },
      keepSignals: {},
      policy: policy({ early: { every: '3s' } }),
    },
    {
      name: 'span',
      version: 1,
      for: { groups: ['fleet'] },
      reads: ['sample', 'life'],
      open: { fixed: { size: '7s', offset: '1s' } },
      policy: policy({ early: { count: 3 } }),
    },
  ],
  sources: [{ name: 'unit-2', kind: 'unit', groups: ['fleet'] }],
});

const source = fc.constantFrom(...SOURCES);
const seconds = fc.integer({ min: -300, max: 900 }).map((tenths) => tenths / 10);
const event: fc.Arbitrary<SimulationStep> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(seconds, source).map(([at, of]) => sample(at, of)) },
  { weight: 1, arbitrary: fc.tuple(seconds, source).map(([at, of]) => life('START', at, of)) },
  { weight: 1, arbitrary: fc.tuple(seconds, source).map(([at, of]) => life('STOP', at, of)) },
);
const events = fc.array(event, { minLength: 1, maxLength: 40 });
const clocks = fc
  .array(fc.integer({ min: 90, max: 900 }), { maxLength: 8 })
  .map((all) => all.sort((a, b) => a - b).map(clock));
const END = SOURCES.map((of) => watermark(3_000, of));

/** Clock lines in their order, at some places between the others. */
const interleaved = fc.tuple(events, clocks, fc.infiniteStream(fc.boolean())).map(([steps, times, dice]) => {
  const rest = [...times];
  const first = clock(90);
  return [
    first,
    ...steps.flatMap((step) => (rest.length > 0 && dice.next().value ? [rest.shift()!, step] : [step])),
    ...rest,
  ];
});

describe('a simulation', () => {
  it('ends in the same panes, with the same elements, in any order of arrival within lateness', () => {
    fc.assert(
      fc.property(
        events.chain((steps) => fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length }))),
        ([steps, other]) => {
          expect(finalPanes(simulate(view, [...other, ...END], true))).toEqual(
            finalPanes(simulate(view, [...steps, ...END], true)),
          );
        },
      ),
    );
  });

  it('gives the same events when it is run twice', () => {
    fc.assert(
      fc.property(interleaved, (steps) => {
        expect(simulate(view, steps, true)).toEqual(simulate(view, steps, true));
      }),
    );
  });

  it('names with each pane as many elements as it counts', () => {
    fc.assert(
      fc.property(interleaved, (steps) => {
        for (const one of simulate(view, [...steps, ...END], true))
          if (one.kind === 'record' && one.record.kind === 'pane') {
            expect(one.elementIds).toHaveLength(one.record.elements);
            const { signals } = one.record;
            if (signals) expect(signals.map(({ id }) => id)).toEqual(one.elementIds);
          }
      }),
    );
  });

  it('fires timers at their own time: how far each clock goes does not matter', () => {
    fc.assert(
      fc.property(events, fc.array(fc.integer({ min: 91, max: 399 }), { maxLength: 5 }), (steps, stops) => {
        const begun = [clock(90), ...steps];
        const between = stops.sort((a, b) => a - b).map(clock);
        expect(simulate(view, [...begun, ...between, clock(400)])).toEqual(simulate(view, [...begun, clock(400)]));
      }),
    );
  });

  it('changes nothing by telling ids of elements', () => {
    fc.assert(
      fc.property(interleaved, (steps) => {
        expect(panesOf(simulate(view, steps, true))).toEqual(panesOf(simulate(view, steps)));
      }),
    );
  });

  it('counts samples, and names signals', () => {
    const steps = [signal('sample', 1, { source: 'unit-2', id: 'many', count: 20 }), watermark(60, 'unit-2')];
    const [event] = simulate(view, steps, true);
    expect(event).toMatchObject({ record: { startUs: SECOND, elements: 20 }, elementIds: ['many'] });
  });
});
