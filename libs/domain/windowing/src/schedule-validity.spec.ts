import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy, Opening } from '@windlass/dag';
import type { Input } from './input.ts';
import { ALWAYS, lifeOf } from './life.ts';
import { planOf, policy, sample, SECOND, Trigger, watermark, windowType } from './scenario.ts';

const HOUR = 3_600;
const BEGIN = 1_000 * HOUR;

const HOURLY: Opening = { kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope: 'source' };
const DAILY: Opening = {
  kind: 'calendar',
  scope: 'source',
  breaks: 'split',
  zone: 'UTC',
  intervals: [
    {
      name: 'day',
      startSecond: 0,
      endSecond: 24 * HOUR,
      breaks: [],
      on: { cycleDays: 1, days: [0], anchor: '1970-01-01' },
    },
  ],
  holidays: [],
  exceptions: [],
};

function validUntil(hour: number, open: Opening = HOURLY, rest: Partial<AvailabilityPolicy> = {}): Trigger {
  const plan = planOf({ types: [windowType('report', open)], policies: [policy('report@1', rest)] });
  const trigger = new Trigger(plan, 'unit-1', lifeOf({ validToUs: (BEGIN + hour * HOUR) * SECOND }));
  trigger.nowUs = BEGIN * SECOND;
  return trigger;
}

const valid = (hour: number, open: Opening = HOURLY, rest: Partial<AvailabilityPolicy> = {}): Trigger =>
  validUntil(hour, open, rest).take(sample(BEGIN + 10));

const hours = (trigger: Trigger): number[] => trigger.panes().map(({ startUs }) => (startUs / SECOND - BEGIN) / HOUR);

const ways: Record<string, (second: number) => Input> = {
  element: (second) => sample(second),
  idle: (second) => watermark(second, { cause: 'idle' }),
  told: (second) => watermark(second),
};

describe("windows of a source's schedule", () => {
  it.each(Object.keys(ways))('end with the one in which the source ceases to be valid, whatever comes: %s', (by) => {
    for (const second of [3 * HOUR + 1, 90 * HOUR, 91 * HOUR]) {
      expect(hours(valid(2).take(ways[by]!(BEGIN + second)))).toEqual([0, 1]);
      expect(hours(valid(2.5).take(ways[by]!(BEGIN + second)))).toEqual([0, 1, 2]);
    }
    const trigger = valid(2);
    for (let hour = 1; hour < 9; hour++) trigger.take(ways[by]!(BEGIN + hour * HOUR));
    expect(hours(trigger)).toEqual([0, 1]);
  });

  it('are not waited for when it is not valid any more', () => {
    const live = { onIdle: 'advance', idleTimeoutMs: 1_000, maxIdleMs: 2_000 } as const;
    for (const [open, last] of [
      [HOURLY, 1],
      [DAILY, -16],
    ] as const) {
      const trigger = valid(2, open, live).until(BEGIN + 200 * HOUR);
      expect([hours(trigger).at(-1), trigger.state.timerUs]).toEqual([last, null]);
      const asked = trigger.signals.length;
      expect(trigger.until(BEGIN + 900 * HOUR).signals.length).toBe(asked);
    }
  });

  it('hold nothing that begins later: it is in no window', () => {
    const trigger = valid(2.5).takeEach([
      sample(BEGIN + 2.6 * HOUR),
      sample(BEGIN + 3.1 * HOUR),
      watermark(BEGIN + 9 * HOUR),
    ]);
    expect(trigger.panes().map(({ elements }) => elements)).toEqual([1, 0, 1]);
    expect(trigger.rejections).toEqual([]);
  });

  it('do not begin after it', () => {
    const trigger = validUntil(-1).takeEach([sample(BEGIN), watermark(BEGIN + 9 * HOUR)]);
    expect([trigger.panes(), trigger.rejections]).toEqual([[], []]);
  });

  it('are missed as others, and go on when it is valid again', () => {
    const none = { catchUp: { windows: 'none', limit: 1_000, graceUs: 0 } } as const;
    const trigger = valid(4.5, HOURLY, none).take(watermark(BEGIN + 90 * HOUR));
    expect([hours(trigger), trigger.skipped[0]!.windows]).toEqual([[0], 4]);
    trigger.life = ALWAYS;
    expect(hours(trigger.takeEach([watermark(BEGIN + 93 * HOUR), watermark(BEGIN + 94 * HOUR)]))).toEqual([0, 93]);
  });
});
