import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from '../input.ts';
import {
  condition,
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
  startStop,
  state,
  Trigger,
  watermark,
  windowType,
} from '../scenario.ts';
import { absence, explained, historiesOf, LEFT_OPEN, readOf } from './explain.fixture.ts';
import type { Explanation } from './explanation.ts';

/** Cycles are over long before the life that they lie in is. */
const none = { allowedLatenessUs: 0, outOfOrdernessUs: 0 };
const lateness = { allowedLatenessUs: 15 * SECOND, outOfOrdernessUs: 2 * SECOND };
const shifts: Opening = {
  kind: 'calendar',
  scope: 'source',
  breaks: 'split',
  zone: 'UTC',
  intervals: [
    {
      name: 'early',
      startSecond: 20,
      endSecond: 70,
      breaks: [{ startSecond: 40, endSecond: 50 }],
      on: { cycleDays: 1, days: [0], anchor: '1970-01-01' },
    },
  ],
  holidays: [],
  exceptions: [],
};
const types = [
  windowType('life', startStop({ maxDurationUs: 60 * SECOND, onSecondStart: 'restart' })),
  windowType('cycle', fixed(7 * SECOND, { align: 'parent', partial: 'drop' }), { parent: 'life@1' }),
  windowType('w', fixed(10 * SECOND)),
  windowType('s', session(6 * SECOND)),
  windowType('around', point(3 * SECOND, 4 * SECOND)),
  windowType('hot', condition({ minDurationUs: 4 * SECOND, minBreakUs: 3 * SECOND, maxGapUs: 20 * SECOND })),
  windowType('hotcycle', condition({ to: 'values.v < -1.0', maxDurationUs: 15 * SECOND }), { parent: 'life@1' }),
  windowType('mode', state({ minDurationUs: 2 * SECOND, maxDurationUs: 30 * SECOND })),
  windowType('few', count(4, 20 * SECOND)),
  windowType('all', { kind: 'wholeLife' }),
  windowType('part', fixed(10 * SECOND, { align: 'parent' }), { parent: 'all@1' }),
  windowType('shift', shifts),
  windowType('tick', { kind: 'cron', expression: '*/7 * * * * *', zone: 'UTC', scope: 'source' }),
];
const plan = planOf({
  types,
  policies: types.map(({ name }, i) =>
    policy(`${name}@1`, {
      ...(name === 'cycle' ? none : lateness),
      ...(i % 2 === 0 ? { early: { everyMs: 3_000, count: 3 } } : { coalesceLateMs: 2_000 }),
    }),
  ),
});

const second = fc.integer({ min: 0, max: 120 });
/** Also without the channel that expressions name. */
const value = fc.constantFrom<Readonly<Record<string, number>>>({ v: 2 }, { v: 2 }, { v: 0 }, { v: -2 }, {});
const step: fc.Arbitrary<Input | number> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(second, value).map(([t, values]) => sample(t, { values })) },
  fc.tuple(second, fc.constantFrom('START' as const, 'STOP' as const)).map(([t, phase]) => phased(phase, t)),
  second.map((t) => signal('alarm', t)),
  second.map((t) => signal('unread', t)),
  second.map((t) => watermark(t)),
  fc.integer({ min: 1, max: 20 }),
);

function run(steps: readonly (Input | number)[]): Trigger {
  const trigger = new Trigger(plan);
  for (const one of steps)
    if (typeof one === 'number') trigger.wait(one);
    else trigger.take(one);
  return trigger;
}

const complete = (explanation: Explanation): void => {
  for (const text of readOf(explanation)) expect(text).not.toMatch(LEFT_OPEN);
};

describe('explanations of whatever came', () => {
  it('tell every pane, withdrawal and finalisation once, in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const trigger = run(steps);
        const told = trigger.journal.windows.flatMap(({ windowId, event }) => {
          if (event.kind === 'fired') return [`${windowId} pane ${event.revision} ${event.timing}`];
          if (event.kind === 'withdrawn' && event.wasTold) return [`${windowId} withdrawn`];
          return event.kind === 'finalized' ? [`${windowId} finalized`] : [];
        });
        const published = trigger.records.flatMap((record) => {
          if (record.kind === 'pane') return [`${record.windowId} pane ${record.revision} ${record.timing}`];
          return record.kind === 'childrenClosed' ? [] : [`${record.windowId} ${record.kind}`];
        });
        expect(told).toEqual(published);
        for (const { entries } of historiesOf(trigger).values()) expect(entries[0]!.event.kind).toBe('opened');
      }),
    );
  });

  it('answer for every window there is or was, and for every time, with whole sentences', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: -20, max: 200 }), (steps, at) => {
        const trigger = run(steps);
        for (const windowId of historiesOf(trigger).keys()) complete(explained(trigger, windowId));
        for (const { windows } of trigger.state.types.values())
          for (const { id } of windows) complete(explained(trigger, id, false));
        for (const { name } of types)
          complete(absence(trigger, `${name}@1`, at, trigger.state.lastSeenUs === 0 ? { state: null } : {}));
      }),
    );
  });
});
