import { describe, expect, it } from '@jest/globals';
import { episodesOf, judge } from './episodes.ts';
import { type Hour, reportText } from './report.ts';

const HOUR_US = 3_600_000_000;
const span = (from: number, to: number) => ({ startUs: from * HOUR_US, endUs: to * HOUR_US });
const hours = (...at: number[]) => at.map((one) => span(one, one + 1));
const failure = (from: number, to: number) => ({ what: 'air leak', fromUs: from * HOUR_US, toUs: to * HOUR_US });

describe('alarms', () => {
  it('are one when they are near to each other', () => {
    expect(episodesOf(hours(1, 2, 8, 20))).toEqual([span(1, 9), span(20, 21)]);
  });

  it('belong to a failure that they overlap, or that is reported within a day; others are elsewhere', () => {
    const failures = [failure(100, 110), failure(200, 201), failure(300, 310)];
    const judged = judge(hours(50, 98, 99, 100, 202, 305), failures);
    expect(judged.delaysHours).toEqual([-1, null, 6]);
    expect(judged.elsewhere).toEqual([span(50, 51), span(202, 203)]);
  });
});

describe('the report', () => {
  it('sets our detector beside simple ones', () => {
    const hour = (at: number, loadShare: number, alarm: boolean, lowPressureShare = 0): Hour => ({
      ...span(at, at + 1),
      duty: {
        coverage: 1,
        loadShare,
        starts: 1,
        lowPressureShare,
        lowestBar: 8,
        motorAmpsUnderLoad: 6,
        highestOilCelsius: 60,
      },
      leak: { usual: 0.1, score: 1, alarm },
    });
    const day = { ...span(24, 48), value: { hours: 24, alarmedHours: 1, loadShare: 0.4, starts: 24 } };
    const recorded = { hours: [hour(2, 0.9, false), hour(30, 0.4, true), hour(31, 0.4, true, 0.1)], days: [day] };
    const lines = reportText(recorded, [failure(29, 40)]).split('\n');
    expect(lines[0]).toBe('3 hours of 1 days; 1 reported failures');
    const cells = lines.slice(3, 6).map((line) => line.trim().split(/ {2,}/));
    expect(cells).toEqual([
      ['windlass: far above what is usual, 3 h long', '1 of 1', '2.0', '0 (0 h)'],
      ['the low-pressure switch of the machine', '1 of 1', '3.0', '0 (0 h)'],
      ['under load more than half of the hour', '0 of 1', 'never', '1 (1 h)'],
    ]);
    expect(lines[8]).toBe('  1970-01-02   40 %  air leak');
    expect(lines.at(-1)).toContain('CC BY 4.0');
  });
});
