import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@windlass/dag';
import { describeDial, judge } from './dial-report.ts';
import { share, type Dial, type MeasuredDial } from './dial-show.ts';
import { durationText, percentText } from './dial-text.ts';

const SECOND = 1_000_000;
const delay = (windows: number, p50: number, p95: number) => ({ windows, p50Us: p50 * SECOND, p95Us: p95 * SECOND });

const measured: MeasuredDial = {
  fromUs: Date.UTC(2026, 0, 31, 12) * 1_000,
  toUs: Date.UTC(2026, 0, 31, 13) * 1_000,
  history: false,
  elements: 30_010,
  dropped: 4,
  windows: 3_001,
  withdrawn: 0,
  panes: { early: 10, onTime: 3_000, late: 41 },
  revisions: { late: 30, other: 10 },
  samples: { first: 15_000, onTime: 29_900, final: 30_000 },
  delays: { first: delay(3_001, -3, 1.2), onTime: delay(3_000, 0.62, 1.1), final: delay(3_001, 600, 610) },
  eventDelays: { onTime: delay(3_000, 0.5, 0.6), final: delay(3_001, 600, 605) },
  lateness: {
    element: [
      { upToUs: 0, count: 29_000 },
      { upToUs: 1_500_000, count: 1_010 },
    ],
    window: [
      { upToUs: 0, count: 2_900 },
      { upToUs: 1_200_000, count: 98 },
      { upToUs: 90 * SECOND, count: 2 },
      { upToUs: null, count: 1 },
    ],
    revision: [
      { upToUs: 1_200_000, count: 28 },
      { upToUs: 90 * SECOND, count: 2 },
    ],
  },
};

const effort = (executions: number, cpuMs: number, unmeasured = 0) => ({ executions, cpuMs, unmeasured });

const dial: Dial = {
  windowType: 'cycle@1',
  policy: { ...defaultPolicy('cycle@1'), number: 3, outOfOrdernessUs: 500_000, early: { everyMs: 10_000 } },
  measured,
  work: {
    algorithms: [
      { algorithm: 'a@1', ...effort(3_000, 30_000), again: effort(30, 300) },
      { algorithm: 'b@1', ...effort(1_000, 10_000, 5), again: effort(10, 100) },
    ],
  },
  target: 0.999,
  of: 'windows',
  since: '7d',
};

describe('windlass dial show', () => {
  it('prints policy, facts, the curve, and a setting to paste', () => {
    expect(describeDial(dial)).toBe(
      [
        'cycle@1: policy 3: outOfOrderness 500ms, allowedLateness 0s, early every 10s, idleTimeout 30s (advance)',
        'measured over 7d, since 2026-01-31T12:00Z',
        '',
        'seen        30,010 elements; 3,001 windows became final, 0 were withdrawn',
        'too late    4 elements came after the allowed lateness',
        'first pane  median 3s before the end, 95 % by 1.2s after the end',
        'on time     median 620ms after the end, 95 % by 1.1s after the end; in event time median 500ms after the end, 95 % by 600ms after the end',
        'final       median 10m after the end, 95 % by 10m10s after the end; in event time median 10m after the end, 95 % by 10m5s after the end',
        'samples     99.666 % of a final window were in its ON_TIME pane, 50.0 % in its first',
        'panes       10 EARLY, 3,000 ON_TIME, 41 LATE',
        'revisions   0.013 a window: 30 for late elements, 10 for what a window follows',
        'work        4,000 executions, 40.0 s of CPU (without 5 that were not measured); again, for revisions: 1.0 % of executions, 1.0 % of CPU',
        '',
        '  outOfOrderness  elements in time  windows complete  revisions spared  ON_TIME panes',
        '              0s            96.6 %            96.6 %                 –  500ms sooner',
        '           500ms            96.6 %            96.6 %           0 of 30  as now',
        '            1.2s            96.6 %          99.900 %          28 of 30  700ms later',
        '            1.5s             100 %          99.900 %          28 of 30  1s later',
        '           1m30s             100 %          99.966 %          30 of 30  1m30s later',
        '',
        'For 99.9 % of windows complete: outOfOrderness 1.2s (it would have been 99.900 %; ON_TIME panes 700ms later); allowedLateness 1m29s takes in the rest, but for 1 that no delay completes:',
        '',
        '  windlass dial set cycle@1 --out-of-orderness 1.2s --allowed-lateness 1m29s',
        '',
      ].join('\n'),
    );
  });

  it('says so when there is too little, or when no delay does', () => {
    const few = { ...dial, target: 0.9999 };
    expect(describeDial(few)).toContain(
      'Too little data for 99.99 % of windows complete: 3,001 windows were counted, and it takes 30,000 (3 ÷ (1 − target)).\n' +
        'They are enough for --target 99.9%.\n',
    );
    const told = {
      ...measured.lateness,
      window: [
        { upToUs: 0, count: 90 },
        { upToUs: null, count: 10 },
      ],
    };
    expect(describeDial({ ...dial, target: 0.95, measured: { ...measured, lateness: told } })).toContain(
      'No delay gives 95 % of windows complete: up to 30d it is 90.0 %.',
    );
    const unjudged = { ...measured, lateness: { element: [], window: [], revision: [] } };
    const text = describeDial({ ...dial, measured: unjudged });
    expect(text).toContain('Nothing to recommend: no window became final that waits for its elements.');
    expect(text).not.toContain('outOfOrderness  elements');
    const nothing = { ...measured, elements: 0, panes: { early: 0, onTime: 0, late: 0 } };
    expect(describeDial({ ...dial, measured: nothing })).toContain('Nothing was measured.');
  });

  it('tells of history in event time only', () => {
    const text = describeDial({ ...dial, measured: { ...measured, history: true } });
    expect(text).toContain('2026-01-31T12:00Z, of history: more than an hour behind the clock\n');
    expect(text).toContain('\non time     in event time median 500ms after the end, 95 % by 600ms after the end\n');
    expect(text).not.toContain('first pane ');
  });

  it('judges elements in place of windows', () => {
    expect(judge({ ...dial, of: 'elements' })).toMatchObject({ kind: 'setting', outOfOrdernessUs: 1_500_000 });
  });

  it('says what it does not know of the work, and what is the policy already', () => {
    const policy = { ...dial.policy, outOfOrdernessUs: 1_200_000, allowedLatenessUs: 88_800_000 };
    const text = describeDial({ ...dial, policy, work: { unknown: 'result-collector does not answer' } });
    expect(text).toContain('work        not known: result-collector does not answer\n');
    expect(text).toContain('That is the policy now.');
    expect(text).not.toContain('dial set');
  });
});

describe('texts of the dial', () => {
  it('write durations that the dial takes', () => {
    const texts = [0, 1, 550_000, 1_200_000, 1_000_001, 90_000_000, 90_000_001, 5_400_000_000, 90_061_000_000].map(
      durationText,
    );
    expect(texts).toEqual(['0s', '1us', '550ms', '1.2s', '1.001s', '1m30s', '1m31s', '1h30m', '1d1h1m1s']);
  });

  it('never round a share up', () => {
    expect(
      [
        [1, 1],
        [9_999_999, 10_000_000],
        [0, 5],
        [0, 0],
      ].map(([part, whole]) => percentText(part!, whole!)),
    ).toEqual(['100 %', '99.999 %', '0.0 %', '–']);
    expect([share('99.9%'), share('0.5')]).toEqual([0.999, 0.5]);
    for (const wrong of ['100%', '0', '-1%', 'most']) expect(() => share(wrong)).toThrow('a share between 0 and 100 %');
  });
});
