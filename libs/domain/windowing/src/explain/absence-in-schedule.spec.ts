import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy, Opening, Source } from '@windlass/dag';
import { lifeOf } from '../life.ts';
import { GLOBAL_KEY } from '../plan.ts';
import {
  planOf,
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
} from '../scenario.ts';
import { absence, codesOf, LEFT_OPEN, readOf, sourceOf, textOf } from './explain.fixture.ts';

type Calendar = Extract<Opening, { kind: 'calendar' }>;

const DAY = 86_400;
const HOUR = 3_600;
const lateness = { allowedLatenessUs: 1e7 * SECOND };
const at = (iso: string): number => Date.parse(iso) / 1000;

/** Two shifts on each day but Sunday; the early one has a break. */
const shifts = (rest: Partial<Calendar> = {}): Calendar => ({
  kind: 'calendar',
  scope: 'source',
  breaks: 'split',
  zone: 'Europe/Berlin',
  intervals: [
    {
      name: 'early',
      startSecond: 6 * HOUR,
      endSecond: 14 * HOUR,
      breaks: [{ startSecond: 9 * HOUR, endSecond: 9.25 * HOUR }],
      on: { cycleDays: 7, days: [0, 1, 2, 3, 4, 5], anchor: '1970-01-05' },
    },
    {
      name: 'late',
      startSecond: 14 * HOUR,
      endSecond: 22 * HOUR,
      breaks: [],
      on: { cycleDays: 7, days: [0, 1, 2, 3, 4, 5], anchor: '1970-01-05' },
    },
  ],
  holidays: ['2026-12-25'],
  exceptions: [],
  ...rest,
});

const trigger = (open: Opening, rest: Partial<AvailabilityPolicy> = lateness, source: Partial<Source> = {}): Trigger =>
  new Trigger(
    planOf({ types: [windowType('shift', open)], policies: [policy('shift@1', rest)] }, 'unit-1', source),
    'unit-1',
    lifeOf(source),
  );

const why = (of: Trigger, iso: string | number, type = 'shift@1') => {
  const explanation = absence(of, type, typeof iso === 'number' ? iso : at(iso));
  const { now } = explanation;
  expect(readOf(explanation).join('\n')).not.toMatch(LEFT_OPEN);
  return { codes: codesOf(now), texts: now.map(textOf), facts: now[0]!.facts };
};

describe('why there is no window of a calendar', () => {
  const one = (rest: Partial<Calendar> = {}) =>
    trigger(shifts(rest)).takeEach([sample(at('2026-12-21T05:30Z')), sample(at('2026-12-30T12:00Z'))]);

  it('it is between two shifts', () => {
    const { codes, texts } = why(one(), '2026-12-22T03:00Z');
    expect(codes).toEqual(['BETWEEN_SHIFTS']);
    expect(texts[0]).toBe(
      `Nothing lies there in the calendar of shift@1: late ended at ${at('2026-12-21T21:00Z')}, and early begins at ${at('2026-12-22T05:00Z')}.`,
    );
  });

  it('it is in a break', () => {
    const { codes, texts } = why(one(), '2026-12-22T08:05Z');
    expect(codes).toEqual(['IN_BREAK']);
    expect(texts[0]).toContain('in a break of early of 2026-12-22');
    expect(why(one({ breaks: 'within' }), '2026-12-22T08:05Z').codes).toEqual(['WINDOW_EXISTS']);
  });

  it('it is a holiday, by the clock of its zone', () => {
    const { codes, texts, facts } = why(one(), '2026-12-25T05:00Z');
    expect(codes).toEqual(['IS_HOLIDAY']);
    expect(texts[0]).toContain(
      '2026-12-25 is a holiday in the calendar of shift@1; on another day early would lie there',
    );
    expect([facts['startUs'], facts['endUs']]).toEqual([
      at('2026-12-25T05:00Z') * SECOND,
      at('2026-12-25T13:00Z') * SECOND,
    ]);
    expect(why(one(), '2026-12-25T04:59Z').codes).toEqual(['BETWEEN_SHIFTS']);
  });

  it('a night shift of the eve before is a holiday too', () => {
    const night = shifts({
      intervals: [{ ...shifts().intervals[1]!, name: 'night', startSecond: 22 * HOUR, endSecond: 30 * HOUR }],
    });
    expect(why(trigger(night).take(sample(at('2026-12-21T22:00Z'))), '2026-12-26T02:00Z').facts).toMatchObject({
      date: '2026-12-25',
      shift: 'night',
    });
  });

  it('a day of its own has no shift there', () => {
    const exceptions = [{ date: '2026-12-23', intervals: [] }];
    expect(why(one({ exceptions }), '2026-12-23T12:00Z').texts[0]).toContain(
      '2026-12-23 has intervals of its own (exceptions).',
    );
  });

  it('nothing lies before or after it', () => {
    const dated = shifts({ intervals: [{ ...shifts().intervals[0]!, breaks: [], on: { dates: ['2026-12-22'] } }] });
    const of = trigger(dated).take(sample(at('2026-12-22T06:00Z')));
    expect(why(of, '2026-12-21T06:00Z').texts[0]).toContain('nothing lies before that, and early begins');
    expect(why(of, '2026-12-23T06:00Z').texts[0]).toContain('early ended at');
    expect(why(of, '2026-12-23T06:00Z').texts[0]).toContain('and nothing lies after that.');
  });

  it('the schedule has not begun there, or has not come so far', () => {
    const of = one();
    expect(why(of, '2026-12-19T06:00Z').codes).toEqual(['BEFORE_FIRST_DATA', 'BEFORE_SCHEDULE']);
    expect(why(of, '2026-12-31T06:00Z').codes).toEqual(['AFTER_LAST_DATA', 'SCHEDULE_NOT_REACHED']);
    expect(why(trigger(shifts()).take(watermark(5)), '2026-12-22T06:00Z').codes).toContain('SCHEDULE_NOT_BEGUN');
  });

  it.each([
    [{ windows: 'none', limit: 1_000, graceUs: 0 }, 'none is caught up on (catchUp).'],
    [{ windows: 'last', limit: 1_000, graceUs: 0 }, 'the last one is caught up on (catchUp).'],
    [{ windows: 'all', limit: 2, graceUs: 0 }, 'the newest 2 at most are caught up on (catchUp).'],
  ] as const)('it was skipped: %j', (catchUp, text) => {
    const of = trigger(shifts(), { ...lateness, catchUp });
    of.takeEach([sample(at('2026-12-21T05:30Z')), sample(at('2026-12-30T12:00Z'))]);
    const { codes, texts } = why(of, '2026-12-22T06:00Z');
    expect(codes).toEqual(['SKIPPED_BY_CATCH_UP']);
    expect(texts[0]).toContain(text);
  });

  it('within a parent nothing came in the shift, or there is none', () => {
    const types = [
      windowType('life', startStop({ maxDurationUs: 90 * DAY * SECOND })),
      windowType('shift', shifts(), { parent: 'life@1' }),
    ];
    const of = new Trigger(planOf({ types, policies: types.map(({ name }) => policy(`${name}@1`, lateness)) }));
    of.takeEach([start(at('2026-12-21T00:00Z')), sample(at('2026-12-21T06:00Z')), sample(at('2026-12-23T06:00Z'))]);
    expect(why(of, '2026-12-22T06:00Z').codes).toEqual(['NO_SIGNAL_NEAR']);
    expect(why(of, '2026-12-22T03:00Z').codes).toEqual(['BETWEEN_SHIFTS']);
    of.take(stop(at('2026-12-23T07:00Z')));
    expect(why(of, '2026-12-23T12:00Z').codes).toEqual(['AFTER_LAST_DATA', 'NO_PARENT', 'WINDOW_CUT']);
  });

  it('of nobody: asked for a source, and for its key', () => {
    const type = windowType('shift', shifts({ scope: 'global' }));
    const of = new Trigger(planOf({ types: [type] }, GLOBAL_KEY), GLOBAL_KEY);
    of.nowUs = at('2026-12-24T12:00Z') * SECOND;
    of.take({ kind: 'timer' });
    const ask = (name: string, iso: string) => {
      const plan = planOf({ types: [type] }, name);
      return codesOf(absence(of, 'shift@1', at(iso), { source: sourceOf({ name }), windowTypes: [type], plan }).now);
    };
    expect(ask('unit-1', '2026-12-24T12:00Z')).toEqual(['TYPE_IS_GLOBAL']);
    expect(ask(GLOBAL_KEY, '2026-12-25T12:00Z')).toEqual(['IS_HOLIDAY']);
  });
});

describe('why there is no window of a whole life', () => {
  it('nothing has come that begins it', () => {
    const types = [
      windowType('shift', { kind: 'wholeLife' }),
      windowType('b', { kind: 'wholeLife' }, { reads: ['b'] }),
    ];
    const of = new Trigger(planOf({ types })).takeEach([signal('b', 10), signal('b', 50)]);
    expect(why(of, 20).texts).toEqual([
      'The window of shift@1 begins with the first sample of the source, and none has come.',
    ]);
    expect(why(of, 5, 'b@1').codes).toEqual(['BEFORE_FIRST_DATA', 'LIFE_BEGINS_LATER', 'TIME_IS_FINAL']);
  });

  it('what came before its start was late', () => {
    const of = trigger({ kind: 'wholeLife' }, { allowedLatenessUs: 5 * SECOND }).takeEach([
      sample(10),
      sample(50),
      sample(20),
      sample(1),
    ]);
    const { codes } = why(of, 1);
    expect(codes).toEqual(['RECORDS_DROPPED', 'LIFE_BEGINS_LATER', 'TIME_IS_FINAL']);
  });

  it('of a schedule, the source is not valid any more when it would begin', () => {
    const validity = { validToUs: at('2026-03-02T12:00:00Z') * SECOND };
    const hourly: Opening = { kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope: 'source' };
    const gone = ['The source registry says that the source is valid until 1772452800 (validTo).'];
    for (const open of [hourly, shifts()]) {
      const of = trigger(open, lateness, validity).take(sample(at('2026-03-02T05:30:00Z')));
      expect(why(of, '2026-03-03T12:30:00Z').texts).toEqual(gone);
      expect(why(of, '2026-03-02T11:30:00Z').texts).not.toEqual(gone);
    }
  });

  it('the source was not valid yet, or is not any more, or nothing came of that time', () => {
    const validity = { validFromUs: 100 * SECOND, validToUs: 200 * SECOND };
    const of = trigger({ kind: 'wholeLife' }, {}, validity).takeEach([sample(50), sample(90)]);
    expect(why(of, 60).texts).toEqual(['The source registry says that the source is valid from 100 on (validFrom).']);
    expect(why(of, 250).texts).toEqual(['The source registry says that the source is valid until 200 (validTo).']);
    expect(why(of, 150).codes).toEqual(['AFTER_LAST_DATA', 'LIFE_NOT_BEGUN']);
    expect(why(of.take(sample(300)), 150).texts[0]).toBe(
      'The source is valid from 100 to 200, and no sample of that time has come in time.',
    );
  });
});
