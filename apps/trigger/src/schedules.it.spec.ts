import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import { eventually as within, type EventuallyOptions } from '@windlass/testing';
import { policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);
const eventually = <T>(condition: () => T | Promise<T>, options: EventuallyOptions = {}) =>
  within(condition, { deadlineMs: 60_000, ...options });

const MINUTE = 60 * SECOND;
const DAILY = { cycleDays: 1, days: [0], anchor: '1970-01-01' };
const shifts: Opening = {
  kind: 'calendar',
  scope: 'source',
  breaks: 'split',
  zone: 'Europe/Berlin',
  intervals: [
    {
      name: 'night',
      startSecond: 22 * 3_600,
      endSecond: 30 * 3_600,
      breaks: [{ startSecond: 25 * 3_600, endSecond: 25.5 * 3_600 }],
      on: DAILY,
    },
    { name: 'early', startSecond: 6 * 3_600, endSecond: 14 * 3_600, breaks: [], on: DAILY },
  ],
  holidays: [],
  exceptions: [],
};

let ground: TriggerGround;
afterEach(() => ground.close());

describe('windows of schedules', () => {
  it('of a calendar tell their shift, through a stop in the middle of it and a day when clocks change', async () => {
    ground = await TriggerGround.make('calendar');
    const work = windowType('work', shifts, { metadata: { shift: { type: 'string', required: true } } });
    await ground.define({ windowTypes: [work], policies: [policyOf(work, { outOfOrdernessUs: 0 })] });
    const at = (iso: string) => signal('unit-1', 'sample', Date.parse(iso) / 1000);
    const before = await ground.start();
    await ground.send(at('2026-03-28T22:00Z'), at('2026-03-29T00:10Z'), at('2026-03-29T00:45Z'));
    await eventually(() => ground.panes().length === 1);
    await before.stop();
    await ground.start();
    await ground.send(at('2026-03-29T03:59Z'), at('2026-03-29T04:00Z'), at('2026-03-29T12:00Z'));
    await eventually(() => ground.panes().length === 3);
    const text = (us: number) => new Date(us / 1000).toISOString().slice(0, 16);
    expect(ground.panes().map(({ startUs, endUs, elements }) => [text(startUs), text(endUs), elements])).toEqual([
      ['2026-03-28T21:00', '2026-03-29T00:00', 1],
      ['2026-03-29T00:30', '2026-03-29T04:00', 2],
      ['2026-03-29T04:00', '2026-03-29T12:00', 1],
    ]);
    expect(ground.panes().map(({ metadata }) => metadata)).toEqual([
      { shift: 'night', shiftDate: '2026-03-28' },
      { shift: 'night', shiftDate: '2026-03-28' },
      { shift: 'early', shiftDate: '2026-03-29' },
    ]);
  });

  it('that were missed while the hub was down are caught up on as the policy says, and the others are counted', async () => {
    ground = await TriggerGround.make('catch-up');
    const report = windowType(
      'report',
      { kind: 'cron', expression: '* * * * *', zone: 'UTC', scope: 'global' },
      { reads: [] },
    );
    const policy = policyOf(report, { outOfOrdernessUs: 0, catchUp: { windows: 'last', limit: 1_000, graceUs: 0 } });
    await ground.define({ windowTypes: [report], policies: [policy] });
    const wentDownUs = Date.now() * 1000 - 60 * MINUTE;
    await ground.send(signal('global', 'watermark', wentDownUs / SECOND, { phase: 'WATERMARK', cause: 'clock' }));
    const { url } = await ground.start();
    await eventually(() => ground.panes().length >= 2);
    const [open, last] = ground.panes();
    expect(open!.startUs).toBe(Math.floor(wentDownUs / MINUTE) * MINUTE);
    const skipped = (last!.startUs - open!.startUs) / MINUTE - 1;
    expect(skipped).toBeGreaterThanOrEqual(58);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const [, counted] = /^windlass_trigger_skipped_windows_total{.*reason="policy".*} (\d+)$/m.exec(metrics) ?? [];
    expect(Number(counted)).toBe(skipped);
  });
});
