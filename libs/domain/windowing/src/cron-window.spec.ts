import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Opening } from '@windlass/dag';
import { cronSpan } from './cron-span.ts';
import { GLOBAL_KEY } from './plan.ts';
import { brief, planOf, policy, sample, SECOND, Trigger, watermark, windowType } from './scenario.ts';

type Cron = Extract<Opening, { kind: 'cron' }>;
const cron = (expression: string, zone = 'Europe/Berlin', scope: Cron['scope'] = 'source'): Cron => ({
  kind: 'cron',
  expression,
  zone,
  scope,
});
const us = (iso: string): number => Date.parse(iso) * 1000;
const iso = (timeUs: number): string => new Date(timeUs / 1000).toISOString();

/** The instants of an expression from `from` until `to`, by walking from window to window. */
function instants(opening: Cron, from: string, to: string): string[] {
  const found: string[] = [];
  for (let at = us(from); at < us(to);) {
    const span = cronSpan(opening, at)!;
    found.push(iso(span.endUs));
    at = span.endUs;
  }
  return found;
}

describe('cron windows', () => {
  it('in a gap an instant comes once, at the first instant after it', () => {
    expect(instants(cron('30 2 * * *'), '2026-03-28T12:00:00Z', '2026-03-30T00:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('in an overlap a fixed hour comes once, a wildcard hour each time', () => {
    expect(instants(cron('30 2 * * *'), '2026-10-24T12:00:00Z', '2026-10-26T00:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(instants(cron('30 * * * *'), '2026-10-24T23:45:00Z', '2026-10-25T02:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:30:00.000Z',
    ]);
  });

  it('the days of a zone are 23 and 25 hours long when its clocks change, also before 1970', () => {
    const hours = (zone: string, day: string) => {
      const { startUs, endUs } = cronSpan(cron('0 0 * * *', zone), us(day))!;
      return (endUs - startUs) / 3_600_000_000;
    };
    expect(hours('Europe/Berlin', '2026-03-29T12:00:00Z')).toBe(23);
    expect(hours('Europe/Berlin', '2026-10-25T12:00:00Z')).toBe(25);
    expect(hours('Australia/Lord_Howe', '2026-04-05T00:00:00Z')).toBe(24.5);
    expect(hours('America/New_York', '1969-04-27T12:00:00Z')).toBe(23);
  });

  it('consecutive windows tile: each time lies in the one window that starts at or before it', () => {
    const expressions = fc.constantFrom(
      '0 * * * *',
      '15 2 * * *',
      '*/7 * * * *',
      '0 0 * * 1',
      '0 6,14,22 * * *',
      '30 12 1 * *',
    );
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    const times = fc.integer({ min: us('1965-01-01T00:00:00Z'), max: us('2035-01-01T00:00:00Z') });
    fc.assert(
      fc.property(expressions, zones, times, (expression, zone, timeUs) => {
        const span = cronSpan(cron(expression, zone), timeUs)!;
        expect(span.startUs <= timeUs && timeUs < span.endUs).toBe(true);
        expect(cronSpan(cron(expression, zone), span.startUs)).toEqual(span);
        expect(cronSpan(cron(expression, zone), span.endUs - 1)).toEqual(span);
        expect(cronSpan(cron(expression, zone), span.endUs)!.startUs).toBe(span.endUs);
        expect(cronSpan(cron(expression, zone), span.startUs - 1)!.endUs).toBe(span.startUs);
      }),
      { numRuns: 300 },
    );
  });

  it('exist without elements between those that have some', () => {
    const trigger = new Trigger(planOf({ types: [windowType('hour', cron('0 * * * *', 'UTC'))] }));
    trigger.takeEach([sample(1_800), sample(3 * 3_600 + 1), watermark(4 * 3_600)]);
    expect(trigger.panes().map(({ startUs, elements }) => [startUs / 3_600e6, elements])).toEqual([
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('that belong to no source are driven by the clock', () => {
    const plan = planOf(
      { types: [windowType('hour', cron('0 * * * *', 'UTC', 'global'), { reads: [] })], policies: [policy('hour@1')] },
      GLOBAL_KEY,
    );
    const trigger = new Trigger(plan, GLOBAL_KEY);
    trigger.nowUs = 5_400 * SECOND;
    trigger.take(watermark(5_400, { cause: 'clock', name: 'watermark' })).wait(1_000);
    expect(trigger.signals).toEqual([]);
    trigger.wait(801);
    expect(trigger.signals).toMatchObject([{ cause: 'clock', eventTimeUs: 7_201 * SECOND }]);
    trigger.take({ kind: 'signal', signal: trigger.signals[0]! });
    expect(trigger.panes().map(brief)).toEqual(['[3600, 7200) 0 ON_TIME r0 final']);
    trigger.wait(60);
    expect([trigger.signals.length, trigger.state.timerUs]).toEqual([1, 10_800 * SECOND]);
    expect(planOf({ types: [windowType('hour', cron('0 * * * *', 'UTC', 'global'))] }).types).toEqual([]);
  });
});
