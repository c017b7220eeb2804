import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy, Opening } from '@windlass/dag';
import { SCHEDULE_LIMIT } from './catch-up.ts';
import { clockSignal } from './watermark.ts';
import { GLOBAL_KEY } from './plan.ts';
import { planOf, policy, sample, SECOND, Trigger, watermark, windowType } from './scenario.ts';

const HOUR = 3_600;
type CatchUp = NonNullable<AvailabilityPolicy['catchUp']>;

const hourly = (scope: 'source' | 'global'): Opening => ({ kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope });
const office: Opening = {
  kind: 'calendar',
  scope: 'global',
  breaks: 'split',
  zone: 'UTC',
  intervals: [
    {
      name: 'day',
      startSecond: 8 * HOUR,
      endSecond: 16 * HOUR,
      breaks: [],
      on: { cycleDays: 1, days: [0], anchor: '1970-01-01' },
    },
  ],
  holidays: [],
  exceptions: [],
};

const given = (catchUp: Partial<CatchUp> | null, rest: Partial<AvailabilityPolicy> = {}): AvailabilityPolicy =>
  policy('report@1', {
    ...rest,
    ...(catchUp && { catchUp: { windows: 'all', limit: 1_000, graceUs: 0, ...catchUp } }),
  });

const globally = (catchUp: Partial<CatchUp> | null, open = hourly('global')): Trigger =>
  new Trigger(
    planOf({ types: [windowType('report', open, { reads: [] })], policies: [given(catchUp)] }, GLOBAL_KEY),
    GLOBAL_KEY,
  );

const ofSource = (catchUp: Partial<CatchUp> | null, rest: Partial<AvailabilityPolicy> = {}): Trigger =>
  new Trigger(planOf({ types: [windowType('report', hourly('source'))], policies: [given(catchUp, rest)] }));

/** The clock of the hub at this hour; in between it was down. */
function clock(trigger: Trigger, hour: number): Trigger {
  trigger.nowUs = hour * HOUR * SECOND;
  return trigger.take({ kind: 'signal', signal: clockSignal(trigger.nowUs) });
}

const hours = (trigger: Trigger): number[] => trigger.panes().map(({ startUs }) => startUs / SECOND / HOUR);

describe('windows that were missed while the hub was down', () => {
  it('are all opened, if nobody says otherwise', () => {
    for (const catchUp of [null, { windows: 'all' as const }]) {
      const trigger = clock(clock(globally(catchUp), 1.5), 6.25);
      expect([hours(trigger), trigger.skipped]).toEqual([[1, 2, 3, 4, 5], []]);
    }
  });

  it('of all, the newest up to the limit; the others are told', () => {
    const trigger = clock(clock(globally({ limit: 2 }), 1.5), 6.25);
    expect(hours(trigger)).toEqual([1, 4, 5]);
    expect(trigger.skipped).toEqual([
      {
        windowType: 'report@1',
        reason: 'limit',
        windows: 2,
        isAll: true,
        fromUs: 2 * HOUR * SECOND,
        toUs: 4 * HOUR * SECOND,
      },
    ]);
  });

  it('only the last, or none; the window that was open fires, and the next ones are as ever', () => {
    const last = clock(clock(globally({ windows: 'last' }), 1.5), 6.25);
    expect(hours(last)).toEqual([1, 5]);
    expect(last.skipped).toMatchObject([
      { reason: 'policy', windows: 3, fromUs: 2 * HOUR * SECOND, toUs: 5 * HOUR * SECOND },
    ]);
    const none = clock(clock(globally({ windows: 'none' }), 1.5), 6.25);
    expect(hours(none)).toEqual([1]);
    expect(none.skipped).toMatchObject([{ reason: 'policy', windows: 4, isAll: true }]);
    expect(hours(clock(clock(none, 7), 8))).toEqual([1, 6, 7]);
    expect(none.skipped).toHaveLength(1);
  });

  it('is nothing when the clock is in time, or late by less than the grace', () => {
    const inTime = [1.5, 2, 3, 4].reduce(clock, globally({ windows: 'none' }));
    expect([hours(inTime), inTime.skipped]).toEqual([[1, 2, 3], []]);
    const graced = clock(clock(globally({ windows: 'none', graceUs: HOUR * SECOND }), 1.5), 6.25);
    expect([hours(graced), graced.skipped.map(({ windows }) => windows)]).toEqual([[1, 5], [3]]);
    const last = (graceUs: number) => hours(clock(clock(globally({ windows: 'last', graceUs }), 1.5), 6.25));
    expect([last(0), last(HOUR * SECOND), last(2 * HOUR * SECOND)]).toEqual([
      [1, 5],
      [1, 5],
      [1, 4, 5],
    ]);
    const edge = clock(clock(globally({ windows: 'none', graceUs: HOUR * SECOND }), 1.5), 7);
    expect(hours(edge)).toEqual([1, 6]);
  });

  it('are skipped once: not when the clock tells the same again', () => {
    const trigger = [1.5, 6.25, 6.25, 6.5].reduce(clock, globally({ windows: 'none' }));
    expect([hours(trigger), trigger.skipped.length]).toEqual([[1], 1]);
  });

  it('are shifts of a calendar as well, also when the clock comes back between two', () => {
    const day = 24;
    expect(hours(clock(clock(globally({ windows: 'last' }, office), 9), 3 * day + 20))).toEqual([8, 3 * day + 8]);
    const none = clock(clock(globally({ windows: 'none' }, office), 9), 3 * day + 9);
    expect([hours(none), none.skipped]).toMatchObject([
      [8],
      [{ windows: 2, fromUs: 32 * HOUR * SECOND, toUs: 64 * HOUR * SECOND }],
    ]);
  });

  it('are told with a lower bound, and cost no more, when they are very many', () => {
    const trigger = clock(clock(globally(null), 1.5), 10_000.5);
    expect(hours(trigger)).toHaveLength(1 + SCHEDULE_LIMIT);
    expect(trigger.skipped).toMatchObject([
      { reason: 'limit', windows: SCHEDULE_LIMIT, isAll: false, fromUs: 2 * HOUR * SECOND },
    ]);
  });

  it('before the first word of the clock there is nothing to miss', () => {
    const trigger = clock(globally(null), 1_000.5);
    expect([trigger.state.types.get('report@1')!.windows.length, trigger.skipped]).toEqual([1, []]);
  });
});

describe('windows that a source has missed', () => {
  const at = (hour: number) => sample(hour * HOUR);

  it('are those between its elements; those with elements are always there, in whatever order they come', () => {
    const policies = { allowedLatenessUs: 100 * HOUR * SECOND };
    const all = ofSource(null, policies).takeEach([at(1.5), at(5.5), watermark(6 * HOUR)]);
    expect([hours(all), all.skipped]).toEqual([[1, 2, 3, 4, 5], []]);
    const none = ofSource({ windows: 'none' }, policies).takeEach([at(1.5), at(5.5), at(3.5), watermark(6 * HOUR)]);
    expect(new Set(hours(none))).toEqual(new Set([1, 3, 5]));
    expect(none.skipped).toMatchObject([{ windows: 3 }]);
    const backwards = ofSource({ windows: 'none' }, policies).takeEach([
      at(5.5),
      at(1.5),
      at(3.5),
      watermark(6 * HOUR),
    ]);
    expect(new Set(hours(backwards))).toEqual(new Set([1, 3, 5]));
    const last = ofSource({ windows: 'last' }, policies).takeEach([at(1.5), at(5.5), watermark(6 * HOUR)]);
    expect(hours(last)).toEqual([1, 4, 5]);
  });

  it('that fell silent with the hub: the idle watermark after a long time', () => {
    const trigger = ofSource({ windows: 'last' }, { onIdle: 'advance', idleTimeoutMs: 60_000, maxIdleMs: 60_000 });
    trigger.nowUs = 1.5 * HOUR * SECOND;
    trigger.take(at(1.5));
    trigger.nowUs = 9.5 * HOUR * SECOND;
    trigger.take({ kind: 'timer' });
    for (const signal of [...trigger.signals]) trigger.take({ kind: 'signal', signal });
    expect([hours(trigger), trigger.skipped.map(({ windows }) => windows)]).toEqual([[1, 8], [6]]);
  });
});
