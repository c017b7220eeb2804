import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, type Opening } from '@windlass/dag';
import { calendarSlot, type CalendarSlot } from './calendar-slot.ts';
import { GLOBAL_KEY } from './plan.ts';
import {
  brief,
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  startStop,
  start,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';
import { FOREVER, NEVER } from './time.ts';

type Calendar = Extract<Opening, { kind: 'calendar' }>;
type Recurring = Calendar['intervals'][number];

const HOUR = 3_600;
const h = (hours: number): number => hours * HOUR;
const us = (iso: string): number => Date.parse(iso) * 1000;
const iso = (timeUs: number): string => new Date(timeUs / 1000).toISOString().slice(0, 16);

const shift = (name: string, from: number, to: number, rest: Partial<Recurring> = {}): Recurring => ({
  name,
  startSecond: h(from),
  endSecond: h(to),
  breaks: [],
  on: { cycleDays: 7, days: [0, 1, 2, 3, 4], anchor: '1970-01-05' },
  ...rest,
});

const DAILY = { cycleDays: 1, days: [0], anchor: '1970-01-01' };

const calendar = (intervals: readonly Recurring[], rest: Partial<Calendar> = {}): Calendar => ({
  kind: 'calendar',
  scope: 'source',
  breaks: 'split',
  zone: 'Europe/Berlin',
  intervals,
  holidays: [],
  exceptions: [],
  ...rest,
});

const three = (on: Recurring['on'] = DAILY): Recurring[] => [
  shift('early', 6, 14, { on, breaks: [{ startSecond: h(9), endSecond: h(9.25) }] }),
  shift('late', 14, 22, { on }),
  shift('night', 22, 30, { on, breaks: [{ startSecond: h(26), endSecond: h(26.5) }] }),
];

/** Slots from one time to another, by walking from one to the next. */
function slots(opening: Calendar, from: string, to: string): CalendarSlot[] {
  const found: CalendarSlot[] = [];
  for (let at = us(from); at < us(to);) {
    const slot = calendarSlot(opening, at);
    found.push(slot);
    at = slot.endUs;
  }
  return found;
}

const text = ({ startUs, endUs, shift: of }: CalendarSlot): string =>
  `${iso(startUs)} ${(endUs - startUs) / SECOND / HOUR}h ${of ? `${of.name} ${of.date}` : '-'}`;

const windows = (opening: Calendar, from: string, to: string): string[] =>
  slots(opening, from, to).flatMap((slot) => (slot.shift ? [text(slot)] : []));

describe('shifts of a calendar', () => {
  it('lie on their weekdays, the night shift over midnight; nothing lies on the weekend', () => {
    const week = calendar(three(shift('', 0, 1).on), { breaks: 'within' });
    expect(slots(week, '2026-02-06T12:00Z', '2026-02-09T06:00Z').map(text)).toEqual([
      '2026-02-06T05:00 8h early 2026-02-06',
      '2026-02-06T13:00 8h late 2026-02-06',
      '2026-02-06T21:00 8h night 2026-02-06',
      '2026-02-07T05:00 48h -',
      '2026-02-09T05:00 8h early 2026-02-09',
    ]);
  });

  it('are cut by their breaks, or hold them', () => {
    const of = (breaks: Calendar['breaks']) =>
      slots(calendar(three(), { breaks }), '2026-02-06T05:00Z', '2026-02-06T13:00Z').map(text);
    expect(of('split')).toEqual([
      '2026-02-06T05:00 3h early 2026-02-06',
      '2026-02-06T08:00 0.25h -',
      '2026-02-06T08:15 4.75h early 2026-02-06',
    ]);
    expect(of('within')).toEqual(['2026-02-06T05:00 8h early 2026-02-06']);
  });

  it('do not begin on holidays, of one year or each year; the night before goes on into one', () => {
    const opening = calendar(three(), { breaks: 'within', holidays: ['05-01', '2026-05-03/2026-05-04'] });
    expect(windows(opening, '2026-04-30T20:00Z', '2026-05-05T12:00Z')).toEqual([
      '2026-04-30T20:00 8h night 2026-04-30',
      '2026-05-02T04:00 8h early 2026-05-02',
      '2026-05-02T12:00 8h late 2026-05-02',
      '2026-05-02T20:00 8h night 2026-05-02',
      '2026-05-05T04:00 8h early 2026-05-05',
    ]);
  });

  it('give way to an exception, on a holiday too', () => {
    const { on: _, ...short } = shift('short', 7, 11);
    const opening = calendar([shift('day', 8, 16, { on: DAILY })], {
      zone: 'UTC',
      holidays: ['2026-05-01', '2026-05-02'],
      exceptions: [
        { date: '2026-05-01', intervals: [short] },
        { date: '2026-05-03', intervals: [] },
      ],
    });
    expect(windows(opening, '2026-04-30T00:00Z', '2026-05-05T00:00Z')).toEqual([
      '2026-04-30T08:00 8h day 2026-04-30',
      '2026-05-01T07:00 4h short 2026-05-01',
      '2026-05-04T08:00 8h day 2026-05-04',
    ]);
  });

  it('recur in cycles, within their dates, but not on those left out', () => {
    const rota = shift('a', 6, 18, {
      on: {
        cycleDays: 4,
        days: [0, 1],
        anchor: '2026-05-01',
        first: '2026-05-01',
        last: '2026-05-10',
        except: ['2026-05-06'],
      },
    });
    expect(
      windows(calendar([rota], { zone: 'UTC' }), '2026-04-25T00:00Z', '2026-05-30T00:00Z').map((one) =>
        one.slice(0, 10),
      ),
    ).toEqual(['2026-05-01', '2026-05-02', '2026-05-05', '2026-05-09', '2026-05-10']);
  });

  it('end: nothing lies before the first and after the last', () => {
    const once = calendar([shift('once', 6, 14, { on: { dates: ['2026-05-01'] } })], { zone: 'UTC' });
    expect(calendarSlot(once, us('1990-01-01T00:00Z'))).toEqual({
      startUs: NEVER,
      endUs: us('2026-05-01T06:00Z'),
      shift: null,
    });
    expect(calendarSlot(once, us('2026-05-01T14:00Z'))).toEqual({
      startUs: us('2026-05-01T14:00Z'),
      endUs: FOREVER,
      shift: null,
    });
  });
});

describe('shifts when clocks change', () => {
  it('are an hour shorter or longer, and tile', () => {
    const opening = calendar(three(), { breaks: 'within' });
    expect(windows(opening, '2026-03-28T21:00Z', '2026-03-29T12:00Z')).toEqual([
      '2026-03-28T21:00 7h night 2026-03-28',
      '2026-03-29T04:00 8h early 2026-03-29',
    ]);
    expect(windows(opening, '2026-10-24T20:00Z', '2026-10-25T13:00Z')).toEqual([
      '2026-10-24T20:00 9h night 2026-10-24',
      '2026-10-25T05:00 8h early 2026-10-25',
    ]);
  });

  it('start at the first instant after a gap, and at the first of two', () => {
    const opening = calendar([shift('a', 1, 2.5, { on: DAILY }), shift('b', 2.5, 5, { on: DAILY })]);
    expect(windows(opening, '2026-03-29T00:00Z', '2026-03-29T03:00Z')).toEqual([
      '2026-03-29T00:00 1h a 2026-03-29',
      '2026-03-29T01:00 2h b 2026-03-29',
    ]);
    expect(windows(opening, '2026-10-24T23:00Z', '2026-10-25T04:00Z')).toEqual([
      '2026-10-24T23:00 1.5h a 2026-10-25',
      '2026-10-25T00:30 3.5h b 2026-10-25',
    ]);
  });

  it('are not there when all their wall clock is left out: an hour in a gap, a date that a zone skipped', () => {
    const short = calendar([shift('gone', 2, 3, { on: DAILY }), shift('there', 3, 4, { on: DAILY })]);
    expect(windows(short, '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-29T01:00 1h there 2026-03-29']);
    const apia = calendar(three(), { breaks: 'within', zone: 'Pacific/Apia' });
    expect(windows(apia, '2011-12-29T16:00Z', '2011-12-30T18:00Z')).toEqual([
      '2011-12-29T16:00 8h early 2011-12-29',
      '2011-12-30T00:00 8h late 2011-12-29',
      '2011-12-30T08:00 2h night 2011-12-29',
      '2011-12-30T10:00 6h night 2011-12-30',
      '2011-12-30T16:00 8h early 2011-12-31',
    ]);
    const halfHour = calendar(three(), { breaks: 'within', zone: 'Australia/Lord_Howe' });
    expect(windows(halfHour, '2026-10-03T11:30Z', '2026-10-03T19:00Z')).toEqual([
      '2026-10-03T11:30 7.5h night 2026-10-03',
    ]);
  });

  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'America/Sao_Paulo',
  ];
  /** Days on which clocks change, and any others. */
  const times = fc.oneof(
    fc
      .constantFrom(
        '2026-03-29',
        '2026-10-25',
        '2026-03-08',
        '2026-11-01',
        '2026-04-05',
        '2026-10-04',
        '2011-12-30',
        '2018-11-04',
      )
      .chain((date) => fc.integer({ min: -36, max: 60 }).map((hour) => us(`${date}T00:00Z`) + hour * HOUR * SECOND)),
    fc.integer({ min: us('1965-01-01T00:00Z'), max: us('2035-01-01T00:00Z') }),
  );

  it('slots tile, and every instant is in one', () => {
    const openings = zones.flatMap((zone) =>
      (['split', 'within'] as const).flatMap((breaks) => [
        calendar(three(), { zone, breaks }),
        calendar(three(shift('', 0, 1).on), { zone, breaks, holidays: ['12-25', '2026-03-09'] }),
        calendar([shift('a', 1, 2.5, { on: DAILY }), shift('b', 2.5, 4, { on: DAILY })], { zone, breaks }),
      ]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...openings), times, (opening, timeUs) => {
        const fresh = (): Calendar => ({ ...opening });
        const slot = calendarSlot(opening, timeUs);
        expect(slot.startUs <= timeUs && timeUs < slot.endUs).toBe(true);
        expect(calendarSlot(fresh(), timeUs)).toEqual(slot);
        expect(calendarSlot(fresh(), slot.startUs)).toEqual(slot);
        expect(calendarSlot(fresh(), slot.endUs - 1)).toEqual(slot);
        expect(calendarSlot(fresh(), slot.endUs).startUs).toBe(slot.endUs);
        expect(calendarSlot(fresh(), slot.startUs - 1).endUs).toBe(slot.startUs);
      }),
      { numRuns: 150 },
    );
  });

  it('shifts round the clock leave nothing out, on no day of any zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), times, (zone, timeUs) => {
        expect(calendarSlot(calendar(three(), { zone, breaks: 'within' }), timeUs).shift).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

/** Lets processing time go from timer to timer. @returns the hours at which a watermark was asked for; it comes back at once. */
function asked(trigger: Trigger, times: number): number[] {
  const hours: number[] = [];
  while (hours.length < times) {
    const before = trigger.signals.length;
    if (trigger.state.timerUs === null) throw new Error(`no timer is set after ${hours.join(', ')}`);
    trigger.nowUs = trigger.state.timerUs;
    trigger.take({ kind: 'timer' });
    const signals = trigger.signals.slice(before);
    if (signals.length === 0) continue;
    hours.push(trigger.nowUs / SECOND / HOUR);
    for (const signal of signals) trigger.take({ kind: 'signal', signal });
  }
  return hours;
}

describe('windows of a calendar', () => {
  const at = (hours: number): number => hours * HOUR;
  const utc = (rest: Partial<Calendar> = {}) => calendar(three(), { zone: 'UTC', ...rest });

  it('hold what lies in them, and tell the shift; what lies in a break is in none', () => {
    const trigger = new Trigger(planOf({ types: [windowType('work', utc())] }));
    trigger.takeEach([sample(at(7)), sample(at(9.1)), sample(at(10)), watermark(at(14))]);
    expect(trigger.panes().map(brief)).toEqual([
      '[21600, 32400) 1 ON_TIME r0 final',
      '[33300, 50400) 1 ON_TIME r0 final',
    ]);
    expect(trigger.panes()[1]!.metadata).toEqual({ shift: 'early', shiftDate: '1970-01-01' });
    expect(new Set(trigger.panes().map(({ windowId }) => windowId)).size).toBe(2);
  });

  it('have the calendar tell the shift, whatever a signal says', () => {
    const field = { type: 'string' as const, required: true };
    const metadata = { shift: field, load: field };
    const trigger = new Trigger(planOf({ types: [windowType('work', utc(), { metadata })] }));
    trigger.takeEach([
      sample(at(8), { metadata: { shift: 'x', load: 'a' } }),
      sample(at(7), { metadata: { shift: 'y', load: 'b' } }),
      watermark(at(9)),
    ]);
    expect(trigger.panes()[0]!.metadata).toEqual({ shift: 'early', shiftDate: '1970-01-01', load: 'b' });
    expect(trigger.rejections).toEqual([]);
  });

  it('exist without elements between those that have some, over a weekend too', () => {
    const opening = calendar(three(shift('', 0, 1).on), { zone: 'UTC', breaks: 'within' });
    const trigger = new Trigger(planOf({ types: [windowType('shift', opening)] }));
    const friday = dayOf('2026-02-06') * 24;
    trigger.takeEach([
      sample(at(friday + 15)),
      sample(at(friday + 40)),
      sample(at(friday + 3 * 24 + 15)),
      watermark(at(friday + 96)),
    ]);
    expect(trigger.panes().map(({ startUs, elements }) => [iso(startUs), elements])).toEqual([
      ['2026-02-06T14:00', 1],
      ['2026-02-06T22:00', 0],
      ['2026-02-09T06:00', 0],
      ['2026-02-09T14:00', 1],
    ]);
    expect(trigger.rejections).toEqual([]);
  });

  it('lie within a parent, and hold others', () => {
    const types = [
      windowType('life', startStop({ maxDurationUs: 100 * HOUR * SECOND }), { reads: ['sample', 'life'] }),
      windowType('shift', utc({ breaks: 'within' }), { parent: 'life@1' }),
      windowType('work', utc(), { parent: 'shift@1' }),
      windowType('hour', fixed(HOUR * SECOND), { parent: 'work@1' }),
    ];
    const trigger = new Trigger(planOf({ types }));
    trigger.takeEach([start(at(8.5)), sample(at(8.75)), sample(at(12)), watermark(at(15))]);
    const of = (type: string) =>
      trigger.panes(type).map(({ startUs, endUs }) => [startUs, endUs].map((t) => t / SECOND / HOUR));
    expect(of('shift')).toEqual([[8.5, 14]]);
    expect(of('work')).toEqual([
      [8.5, 9],
      [9.25, 14],
    ]);
    expect(of('hour')).toEqual([
      [8.5, 9],
      [12, 13],
    ]);
    expect(trigger.panes('hour')[1]!.metadata).toEqual({ shift: 'early', shiftDate: '1970-01-01' });
  });

  it('that belong to no source are driven by the clock, over a time in which there are none', () => {
    const opening = calendar([shift('day', 8, 16, { on: DAILY })], { zone: 'UTC', scope: 'global' });
    const plan = planOf(
      { types: [windowType('day', opening, { reads: [] })], policies: [policy('day@1')] },
      GLOBAL_KEY,
    );
    const trigger = new Trigger(plan, GLOBAL_KEY);
    trigger.nowUs = at(3) * SECOND;
    trigger.take(watermark(at(3), { cause: 'clock' }));
    expect(trigger.state.timerUs).toBe(at(8) * SECOND);
    const due = asked(trigger, 4);
    expect(due).toEqual([8, 16, 32, 40]);
    expect(trigger.panes().map(brief)).toEqual([
      '[28800, 57600) 0 ON_TIME r0 final',
      '[115200, 144000) 0 ON_TIME r0 final',
    ]);
    expect(trigger.panes()[1]!.metadata).toEqual({ shift: 'day', shiftDate: '1970-01-02' });
  });

  it('of a silent source go on after a time in which there are none', () => {
    const opening = calendar([shift('day', 8, 16, { on: DAILY })], { zone: 'UTC' });
    const policies = [policy('day@1', { onIdle: 'advance', idleTimeoutMs: 60_000, maxIdleMs: 60_000 })];
    const trigger = new Trigger(planOf({ types: [windowType('day', opening)], policies }));
    trigger.nowUs = at(10) * SECOND;
    trigger.take(sample(at(10)));
    const due = asked(trigger, 5);
    expect(trigger.panes().map(brief)).toContain('[115200, 144000) 0 ON_TIME r0');
    expect(Math.max(...due)).toBeLessThanOrEqual(41);
  });

  it('of a calendar that has ended ask for nothing more; one that goes on is taken up again', () => {
    const dated = (...dates: string[]) =>
      calendar([shift('day', 8, 16, { on: { dates } })], { zone: 'UTC', scope: 'global' });
    const compiled = (opening: Calendar) => planOf({ types: [windowType('day', opening, { reads: [] })] }, GLOBAL_KEY);
    const trigger = new Trigger(compiled(dated('1970-01-01')), GLOBAL_KEY);
    for (const hour of [9, 16, 20]) {
      trigger.nowUs = at(hour) * SECOND;
      trigger.take(watermark(at(hour), { cause: 'clock' }));
    }
    expect(trigger.panes()).toHaveLength(1);
    trigger.nowUs = trigger.state.timerUs ?? at(21) * SECOND;
    trigger.take({ kind: 'timer' });
    expect(trigger.state.timerUs).toBeNull();
    trigger.plan = compiled(dated('1970-01-01', '1970-01-02'));
    trigger.nowUs = at(22) * SECOND;
    trigger.take(watermark(at(22), { cause: 'clock' }));
    expect(trigger.state.timerUs).toBe(at(32) * SECOND);
  });

  describe('when the calendar is changed', () => {
    const dated = (from: number, to: number, next: number) =>
      planOf({
        types: [
          windowType(
            'shift',
            calendar([shift('late', from, to, { on: DAILY }), shift('night', to, next, { on: DAILY })], {
              zone: 'UTC',
            }),
          ),
        ],
        policies: [policy('shift@1', { allowedLatenessUs: HOUR * SECOND })],
      });
    const changed = (after: ReturnType<typeof dated>, inputs: readonly number[]): Trigger => {
      const trigger = new Trigger(dated(14, 22, 30));
      trigger.take(sample(at(15)));
      trigger.plan = after;
      return trigger.takeEach([...inputs.map((hour) => sample(at(hour))), watermark(at(32))]);
    };
    const bounds = (trigger: Trigger) =>
      [...trigger.finalPanes().values()]
        .map(({ startUs, endUs, elements }) => [startUs / SECOND / HOUR, endUs / SECOND / HOUR, elements])
        .sort((a, b) => a[0]! - b[0]!);

    it('what is open keeps its end; what comes after is what the calendar says, as far as it is not taken', () => {
      expect(bounds(changed(dated(14, 20, 30), [21, 23]))).toEqual([
        [14, 22, 2],
        [22, 30, 1],
      ]);
      expect(bounds(changed(dated(14, 23, 30), [21, 22.5, 23.5]))).toEqual([
        [14, 22, 2],
        [22, 23, 1],
        [23, 30, 1],
      ]);
    });

    it('also within a parent, where nothing else tells what was there', () => {
      const plan = (to: number) =>
        planOf({
          types: [
            windowType('life', startStop({ maxDurationUs: 50 * HOUR * SECOND }), { reads: ['sample', 'life'] }),
            windowType('shift', calendar([shift('late', 14, to, { on: DAILY })], { zone: 'UTC' }), {
              parent: 'life@1',
            }),
          ],
        });
      const trigger = new Trigger(plan(22)).takeEach([start(at(13)), sample(at(15))]);
      trigger.plan = plan(23);
      trigger.takeEach([sample(at(21)), sample(at(22.5)), watermark(at(64))]);
      const held = trigger.panes('shift').map(({ startUs, endUs, elements }) => [startUs, endUs, elements]);
      expect(held).toEqual([
        [at(14) * SECOND, at(22) * SECOND, 2],
        [at(22) * SECOND, at(23) * SECOND, 1],
      ]);
    });

    it('also when the open one is forgotten already', () => {
      const trigger = new Trigger(dated(14, 22, 30));
      trigger.takeEach([sample(at(15)), watermark(at(31))]);
      trigger.plan = dated(14, 26, 33);
      trigger.takeEach([sample(at(32)), watermark(at(34))]);
      expect(bounds(trigger)).toEqual([
        [14, 22, 1],
        [22, 30, 0],
        [31, 33, 1],
      ]);
    });

    it('for windows without elements, too', () => {
      const trigger = new Trigger(dated(14, 22, 30));
      trigger.takeEach([sample(at(15)), watermark(at(31))]);
      expect(trigger.state.types.get('shift@1')!.windows).toEqual([]);
      trigger.plan = dated(14, 23, 37);
      trigger.takeEach([sample(at(36)), watermark(at(37.5))]);
      expect(bounds(trigger)).toEqual([
        [14, 22, 1],
        [22, 30, 0],
        [31, 37, 1],
      ]);
    });
  });
});
