import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from './input.ts';
import {
  condition,
  contentOf,
  count,
  fixed,
  phased,
  planOf,
  point,
  policy,
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

/** Each kind that signals and clocks open, with sizes that fit into each other now and then. */
const KINDS: Readonly<Record<string, Opening>> = {
  fixed: fixed(10 * SECOND, { align: 'parent' }),
  grid: fixed(7 * SECOND, { offsetUs: 2 * SECOND, partial: 'extend' }),
  sliding: sliding(12 * SECOND, 5 * SECOND, { align: 'parent' }),
  session: session(6 * SECOND),
  startStop: startStop({ onSecondStart: 'nest', maxDurationUs: 40 * SECOND }),
  point: point(4 * SECOND, 6 * SECOND),
  condition: condition({ minDurationUs: 2 * SECOND, minBreakUs: 3 * SECOND, maxDurationUs: 40 * SECOND }),
  state: state({ maxDurationUs: 30 * SECOND, maxGapUs: 12 * SECOND }),
  count: count(3, 40 * SECOND),
  wholeLife: { kind: 'wholeLife' },
  cron: { kind: 'cron', expression: '*/15 * * * * *', zone: 'UTC', scope: 'source' },
  calendar: {
    kind: 'calendar',
    scope: 'source',
    zone: 'UTC',
    breaks: 'split',
    intervals: [
      {
        name: 'early',
        startSecond: 10,
        endSecond: 45,
        breaks: [{ startSecond: 20, endSecond: 25 }],
        on: { cycleDays: 1, days: [0], anchor: '1970-01-01' },
      },
    ],
    holidays: [],
    exceptions: [],
  },
};

const NAMES = Object.keys(KINDS);
const HORIZON = 200;

const planOfChain = (kinds: readonly string[]) =>
  planOf({
    types: kinds.map((kind, i) =>
      windowType(`w${i}`, align(KINDS[kind]!, i), {
        ...(i > 0 && { parent: `w${i - 1}@1` }),
        keepSignals: { count: 1_000, bytes: 1_000_000 },
        expected: { everyUs: SECOND },
      }),
    ),
    policies: kinds.map((_, i) =>
      policy(`w${i}@1`, { allowedLatenessUs: HORIZON * SECOND, outOfOrdernessUs: 5 * SECOND }),
    ),
  });

/** Only what lies in another window can begin where that one does. */
const align = (open: Opening, depth: number): Opening =>
  depth === 0 && 'align' in open ? { ...open, align: 'epoch' } : open;

const seconds = fc.integer({ min: -300, max: 900 }).map((tenths) => tenths / 10);
const event: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(seconds, fc.integer({ min: 0, max: 3 })).map(([at, v]) => sample(at, { values: { v } })),
  },
  { weight: 1, arbitrary: seconds.map((at) => signal('alarm', at)) },
  { weight: 1, arbitrary: seconds.map((at) => phased('START', at)) },
  { weight: 1, arbitrary: seconds.map((at) => phased('STOP', at)) },
);

const history = fc.array(event, { minLength: 1, maxLength: 25 }).chain((inputs) =>
  fc.record({
    inputs: fc.constant(inputs),
    other: fc.shuffledSubarray([...inputs], { minLength: inputs.length, maxLength: inputs.length }),
    batch: fc.integer({ min: 1, max: 5 }),
  }),
);

const END = watermark(8_994_000_000);

function holds(kinds: readonly string[], { inputs, other, batch }: { inputs: Input[]; other: Input[]; batch: number }) {
  const plan = planOfChain(kinds);
  const one = new Trigger(plan).takeEach(inputs).take(END);
  const two = new Trigger(plan);
  for (let at = 0; at < other.length; at += batch) two.take(...other.slice(at, at + batch)).restart();
  two.take(END);
  expect(contentOf(two)).toEqual(contentOf(one));
  expect(wholenessOf(two)).toEqual(wholenessOf(one));
  const panes = one.finalPanes();
  for (const { parentWindowId, startUs, endUs } of panes.values()) {
    if (parentWindowId === null) continue;
    const parent = panes.get(parentWindowId)!;
    expect(parent.startUs <= startUs && startUs < endUs && endUs <= parent.endUs).toBe(true);
  }
  for (const trigger of [one, two])
    for (const type of trigger.state.types.values()) expect([type.windows, type.boundaries]).toEqual([[], []]);
}

const wholenessOf = (trigger: Trigger) =>
  [...trigger.finalPanes().values()].map((pane) => [pane.windowId, pane.gapUs, pane.completeness].join(' ')).sort();

describe('windows of every kind in windows of every kind', () => {
  it.each(NAMES)('are the same in any order, lie within, and leave nothing behind: in %s', (outer) => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), history, (inner, story) => holds([outer, inner], story)),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
  });

  it('are so four deep', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...NAMES), { minLength: 3, maxLength: 4 }), history, holds), {
      numRuns: Number(process.env['RUNS'] ?? 200),
    });
  });
});
