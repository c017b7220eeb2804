import { describe, expect, it } from '@jest/globals';
import { applyEntry, emptyRegistryView, type AvailabilityPolicy, type Opening, type WindowType } from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from './input.ts';
import { compilePlans } from './plan.ts';
import {
  fixed,
  planOf,
  policy,
  sample,
  SECOND,
  session,
  signal,
  start,
  startStop,
  stop,
  Trigger,
  windowType,
} from './scenario.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Event time and processing time are one clock here, in seconds. */
const BEGIN = 100 * DAY;

const triggerOf = (open: Opening, rest: Partial<AvailabilityPolicy> = {}, type: Partial<WindowType> = {}) => {
  const trigger = new Trigger(
    planOf({
      types: [windowType('one', open, type)],
      policies: [policy('one@1', { outOfOrdernessUs: SECOND, ...rest })],
    }),
  );
  trigger.nowUs = BEGIN * SECOND;
  return trigger;
};

/** Each signal arrives so long after its event time. */
function live(trigger: Trigger, signals: readonly (readonly [seconds: number, Input])[], lagSeconds = 0.2): Trigger {
  for (const [seconds, one] of signals) trigger.until(seconds + lagSeconds).take(one);
  return trigger;
}

/** One sample each `every` seconds of [from, to). */
const samples = (from: number, to: number, every: number) =>
  Array.from(
    { length: Math.ceil((to - from) / every) },
    (_, i) => [from + i * every, sample(from + i * every)] as const,
  );

const told = ({ notices }: Trigger) => notices.map(({ kind, atUs }) => [kind, Math.round(atUs / SECOND - BEGIN)]);

/** A pump, and the line that it is in, whose windows they are. */
const lineOf = (rest: Partial<AvailabilityPolicy> = {}) => {
  const ofLine = windowType('of-line', fixed(10 * SECOND, { scope: 'group' }));
  const pump = { name: 'pump-1', kind: 'pump', groups: ['line-1'], labels: {} };
  const plans = compilePlans(
    [
      {
        kind: 'REVISION' as const,
        name: '1',
        body: { number: 1, windowTypes: [ofLine], processors: [], algorithms: [] },
      },
      { kind: 'POLICY' as const, name: 'of-line@1', body: policy('of-line@1', rest) },
      { kind: 'SOURCE' as const, name: pump.name, body: pump },
    ].reduce(
      (view, { body, ...entry }) => applyEntry(view, { ...entry, number: 1, body: JSON.stringify(body) }),
      emptyRegistryView,
    ),
  );
  const member = new Trigger(plans(pump), pump.name);
  const line = new Trigger(plans({ name: 'line-1', kind: 'unknown', groups: [], labels: {} }), 'line-1');
  member.nowUs = BEGIN * SECOND;
  return { member, line };
};

describe('expected silence', () => {
  it('is told once when windows that follow each other stop, and once when they go on', () => {
    const trigger = triggerOf(fixed(10 * SECOND));
    live(trigger, samples(BEGIN, BEGIN + 301, 1));
    expect(trigger.notices).toEqual([]);
    trigger.until(BEGIN + 2 * HOUR);
    const [silence] = trigger.notices;
    expect(silence).toMatchObject({
      kind: 'SILENCE',
      windowType: 'one@1',
      owner: 'test',
      sinceUs: (BEGIN + 291.2) * SECOND,
      usualStepUs: 10 * SECOND,
    });
    expect(trigger.notices).toHaveLength(1);
    expect(silence!.atUs / SECOND - BEGIN).toBeGreaterThan(310);
    expect(silence!.atUs / SECOND - BEGIN).toBeLessThan(370);
    live(trigger, samples(BEGIN + 3 * HOUR, BEGIN + 3 * HOUR + 60, 1));
    expect(trigger.notices.slice(1)).toMatchObject([
      { kind: 'SILENCE_ENDED', because: 'FIRED', sinceUs: (BEGIN + 291.2) * SECOND },
    ]);
  });

  it('is known of a day that ends by its schedule within minutes, not a day later', () => {
    const trigger = triggerOf({ kind: 'cron', expression: '0 6 * * *', zone: 'UTC', scope: 'source' });
    live(trigger, samples(BEGIN, BEGIN + 8 * DAY + 5 * HOUR, 10 * MINUTE));
    trigger.until(BEGIN + 8 * DAY + 6 * HOUR);
    expect(trigger.notices).toEqual([]);
    trigger.until(BEGIN + 9 * DAY);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
    const sinceDue = trigger.notices[0]!.atUs / SECOND - (BEGIN + 8 * DAY + 6 * HOUR);
    expect(sinceDue).toBeGreaterThan(15 * MINUTE);
    expect(sinceDue).toBeLessThan(2 * HOUR);
  });

  it('is known of a schedule from its definition, before any of its windows has fired', () => {
    const hourly = { kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope: 'source' } as const;
    const begun = (to: number) => live(triggerOf(hourly), samples(BEGIN + 5 * MINUTE, BEGIN + to, 5 * MINUTE));
    const dead = begun(20 * MINUTE);
    expect(dead.until(BEGIN + HOUR + 14 * MINUTE).notices).toEqual([]);
    expect(dead.until(BEGIN + DAY).notices).toMatchObject([
      { kind: 'SILENCE', expectedByUs: (BEGIN + HOUR + 15 * MINUTE + 1) * SECOND, usualStepUs: null },
    ]);
    dead.take(sample(BEGIN + DAY));
    expect(dead.notices.slice(1)).toMatchObject([{ kind: 'SILENCE_ENDED', because: 'FIRED' }]);
    const second = begun(HOUR + 20 * MINUTE);
    expect(second.panes()).toHaveLength(1);
    expect(second.until(BEGIN + 2 * HOUR + 15 * MINUTE).notices).toEqual([]);
    expect(second.until(BEGIN + DAY).notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is not known of a schedule whose history is read, nor where the policy says never, and later where it says when', () => {
    const hourly = { kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope: 'source' } as const;
    const history = triggerOf(hourly).take(sample(5), sample(100), sample(2 * HOUR));
    expect(history.until(BEGIN + 10 * DAY).notices).toEqual([]);
    const of = (silentAfterMs: number | null) =>
      live(triggerOf(hourly, { silentAfterMs }), samples(BEGIN, BEGIN + 60, 5)).until(BEGIN + 2 * DAY);
    expect(of(null).notices).toEqual([]);
    expect(told(of(5 * HOUR * 1000))).toEqual([['SILENCE', 6 * HOUR + 1]]);
  });

  it('is not told of nights and weekends of a calendar, but of a shift that is missed', () => {
    const shift = {
      name: 'day',
      startSecond: 8 * HOUR,
      endSecond: 16 * HOUR,
      breaks: [],
      on: { cycleDays: 7, days: [0, 1, 2, 3, 4], anchor: '1970-04-11' },
    };
    const trigger = triggerOf({
      kind: 'calendar',
      scope: 'source',
      breaks: 'split',
      zone: 'UTC',
      intervals: [shift],
      holidays: [],
      exceptions: [],
    });
    const worked = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11].map((day) => BEGIN + day * DAY);
    live(
      trigger,
      worked.flatMap((day) => samples(day + 8 * HOUR, day + 16 * HOUR + 11 * MINUTE, 10 * MINUTE)),
    );
    expect(trigger.panes().map(({ elements }) => elements)).toEqual(worked.map(() => 48));
    const nextShift = BEGIN + 14 * DAY + 16 * HOUR;
    expect(trigger.until(nextShift).notices).toEqual([]);
    expect(trigger.until(nextShift + 2 * HOUR).notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is known of runs that come about once a day from their history, and only from enough of it', () => {
    const run = (day: number, hour: number) => {
      const at = BEGIN + day * DAY + hour * HOUR;
      return [
        [at, start(at)] as const,
        [at + HOUR, stop(at + HOUR)] as const,
        [at + HOUR + 5, sample(at + HOUR + 5)] as const,
      ];
    };
    const hours = [6, 7, 6, 5.5, 6, 6.5, 6, 6];
    const reading = { reads: ['sample', 'life'] };
    const few = triggerOf(startStop({ maxDurationUs: 8 * HOUR * SECOND }), {}, reading);
    live(
      few,
      hours.slice(0, 4).flatMap((hour, day) => run(day, hour)),
    ).until(BEGIN + 40 * DAY);
    expect(few.notices).toEqual([]);
    const many = triggerOf(startStop({ maxDurationUs: 8 * HOUR * SECOND }), {}, reading);
    live(
      many,
      hours.flatMap((hour, day) => run(day, hour)),
    ).until(BEGIN + 8 * DAY);
    expect(many.notices).toEqual([]);
    many.until(BEGIN + 40 * DAY);
    expect(told(many)).toHaveLength(1);
    expect(many.notices[0]!.atUs / SECOND).toBeGreaterThan(BEGIN + 8 * DAY + 7 * HOUR);
    expect(many.notices[0]!.atUs / SECOND).toBeLessThan(BEGIN + 10 * DAY);
  });

  it('is not told of a device that uploads its day every night, until a night is missing', () => {
    const trigger = triggerOf(fixed(HOUR * SECOND));
    for (let day = 1; day <= 10; day++)
      trigger
        .until(BEGIN + day * DAY)
        .take(...samples(BEGIN + (day - 1) * DAY, BEGIN + day * DAY, 10 * MINUTE).map(([, one]) => one));
    trigger.until(BEGIN + 11 * DAY - 1);
    expect(trigger.notices).toEqual([]);
    trigger.until(BEGIN + 14 * DAY);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is not told of windows that few signals fall into, until fewer do', () => {
    const trigger = triggerOf(fixed(HOUR * SECOND));
    live(trigger, samples(BEGIN, BEGIN + 20 * DAY, DAY + 7 * MINUTE));
    expect(trigger.notices).toEqual([]);
    trigger.until(BEGIN + 25 * DAY);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is not told of a source that goes on as irregularly as it began', () => {
    const arrivals = fc.array(
      fc.record({ pause: fc.integer({ min: 1, max: 15 }), lag: fc.integer({ min: 0, max: 20 }) }),
      { minLength: 50, maxLength: 150 },
    );
    fc.assert(
      fc.property(arrivals, (all) => {
        const trigger = triggerOf(fixed(10 * SECOND));
        let at = BEGIN;
        for (const { pause, lag } of all) trigger.until((at += pause)).take(sample(at - lag));
        expect(trigger.notices).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('is not told of a recording that is read in one go', () => {
    const trigger = triggerOf(fixed(10 * SECOND));
    for (let batch = 0; batch < 50; batch++)
      trigger.until(BEGIN + batch / 10).take(...samples(batch * 100, batch * 100 + 100, 1).map(([, one]) => one));
    trigger.until(BEGIN + 100 * DAY);
    expect(trigger.notices).toEqual([]);
    expect(trigger.state.timerUs).toBeNull();
  });

  it('is not told with a backlog, nor by a trigger that has just begun to listen', () => {
    const trigger = triggerOf(fixed(10 * SECOND));
    live(trigger, samples(BEGIN, BEGIN + 301, 1));
    trigger.backlog = true;
    trigger.until(BEGIN + 2 * HOUR);
    trigger.backlog = false;
    trigger.silenceFromUs = trigger.nowUs + 60 * SECOND;
    trigger.until(BEGIN + 2 * HOUR + 59);
    expect(trigger.notices).toEqual([]);
    trigger.until(BEGIN + 2 * HOUR + 5 * MINUTE);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is not told of a source that is retired, and ends when it becomes so', () => {
    const retired = triggerOf(fixed(10 * SECOND));
    live(retired, samples(BEGIN, BEGIN + 301, 1));
    retired.life = { fromUs: null, toUs: (BEGIN + 305) * SECOND };
    expect(retired.until(BEGIN + DAY).notices).toEqual([]);
    const later = triggerOf(fixed(10 * SECOND));
    live(later, samples(BEGIN, BEGIN + 301, 1)).until(BEGIN + DAY);
    later.life = { fromUs: null, toUs: later.nowUs };
    later.until(BEGIN + DAY + 2 * HOUR);
    expect(later.notices).toMatchObject([{ kind: 'SILENCE' }, { kind: 'SILENCE_ENDED', because: 'NOT_EXPECTED' }]);
  });

  it('follows the policy where it says when, or never', () => {
    const after = triggerOf(fixed(10 * SECOND), { silentAfterMs: 2 * HOUR * 1000 });
    live(after, samples(BEGIN, BEGIN + 12, 1)).until(BEGIN + DAY);
    expect(told(after)).toEqual([['SILENCE', 11 + 2 * HOUR]]);
    expect(after.notices[0]).toMatchObject({ usualStepUs: null });
    const never = triggerOf(fixed(10 * SECOND), { silentAfterMs: null });
    live(never, samples(BEGIN, BEGIN + 301, 1)).until(BEGIN + DAY);
    expect(never.notices).toEqual([]);
  });

  it('is told of nested windows only while one of their parent is open', () => {
    const nested = () => {
      const trigger = new Trigger(
        planOf({
          types: [
            windowType('life', startStop({ maxDurationUs: 10 * DAY * SECOND }), { reads: ['sample', 'life'] }),
            windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' }),
          ],
        }),
      );
      trigger.nowUs = BEGIN * SECOND;
      trigger.take(start(BEGIN));
      return live(trigger, samples(BEGIN, BEGIN + 301, 1));
    };
    expect(nested().until(BEGIN + DAY).notices).toMatchObject([{ kind: 'SILENCE', windowType: 'cycle@1' }]);
    const ended = nested().take(stop(BEGIN + 300));
    expect(ended.until(BEGIN + DAY).notices).toEqual([]);
  });

  it('is told of a group, not of the parts that its members have in its windows', () => {
    const { member, line } = lineOf();
    for (const [seconds, one] of samples(BEGIN, BEGIN + 301, 1)) {
      const reported = member.reports.length;
      member.until(seconds).take(one);
      for (const report of member.reports.slice(reported)) line.until(seconds).take({ kind: 'report', report });
    }
    expect(line.panes().length).toBeGreaterThan(20);
    expect(member.until(BEGIN + DAY).notices).toEqual([]);
    expect(line.until(BEGIN + DAY).notices).toMatchObject([{ kind: 'SILENCE', windowType: 'of-line@1' }]);
  });

  it('ends when its window type is removed', () => {
    const trigger = triggerOf(fixed(10 * SECOND));
    live(trigger, samples(BEGIN, BEGIN + 301, 1)).until(BEGIN + HOUR);
    trigger.plan = planOf({ types: [windowType('two', session(SECOND))] });
    trigger.until(BEGIN + 3 * HOUR);
    expect(trigger.notices).toMatchObject([
      { kind: 'SILENCE' },
      { kind: 'SILENCE_ENDED', windowType: 'one@1', because: 'NOT_EXPECTED' },
    ]);
  });

  it('alternates with its end for each type, whatever arrives when', () => {
    const pause = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 15 }) },
      { weight: 1, arbitrary: fc.integer({ min: 100, max: 100_000 }) },
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ pause, lag: fc.integer({ min: 0, max: 20 }), backlog: fc.boolean() }), {
          minLength: 20,
          maxLength: 120,
        }),
        (arrivals) => {
          const trigger = triggerOf(fixed(10 * SECOND), { idleTimeoutMs: 30_000, onIdle: 'advance' });
          let at = BEGIN;
          for (const { pause: seconds, lag, backlog } of arrivals) {
            trigger.backlog = backlog;
            at += seconds;
            trigger.until(at).take(sample(at - lag));
          }
          const kinds = trigger.notices.map(({ kind }) => kind);
          expect(kinds).toEqual(kinds.map((_, i) => (i % 2 === 0 ? 'SILENCE' : 'SILENCE_ENDED')));
          expect(kinds.length % 2 === 1).toBe(trigger.state.types.get('one@1')?.habit?.toldAtUs != null);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a source that goes offline', () => {
  const offline = (seconds: number, rest: { until?: number | string } = {}) =>
    signal('windlass-offline', seconds, { phase: 'START', metadata: rest });
  const online = (seconds: number) => signal('windlass-offline', seconds, { phase: 'STOP' });
  const idle = { idleTimeoutMs: 30_000, onIdle: 'advance' as const, maxIdleMs: HOUR * 1000 };
  const begun = (rest: Partial<AvailabilityPolicy> = {}) =>
    live(triggerOf(fixed(10 * SECOND), { ...idle, ...rest }), samples(BEGIN, BEGIN + 304, 1));

  it('is waited for: its windows stay open, its silence is not told, and what it uploads later joins them', () => {
    const trigger = begun().take(offline(BEGIN + 303.5));
    trigger.until(BEGIN + 2 * DAY);
    expect([trigger.signals, trigger.notices]).toEqual([[], []]);
    const before = trigger.panes().length;
    trigger.take(...samples(BEGIN + 304, BEGIN + 400, 1).map(([, one]) => one), online(BEGIN + 2 * DAY));
    expect(
      trigger
        .panes()
        .slice(before)
        .map(({ timing, elements }) => [timing, elements]),
    ).toEqual(Array.from({ length: 9 }, () => ['ON_TIME', 10]));
    trigger.until(BEGIN + 3 * DAY);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('is waited for by its groups too', () => {
    const silences = (...words: readonly Input[]) => {
      const { member } = lineOf(idle);
      live(member, samples(BEGIN, BEGIN + 15, 1)).take(...words);
      return member.until(BEGIN + DAY).reports.map(({ progress }) => progress?.silence);
    };
    expect(silences()).toContain('IDLE');
    expect(silences(offline(BEGIN + 15))).not.toContain('IDLE');
  });

  it('is not waited for without its word', () => {
    const trigger = begun().until(BEGIN + 2 * DAY);
    expect(trigger.signals.length).toBeGreaterThan(0);
    expect(trigger.notices).toMatchObject([{ kind: 'SILENCE' }]);
  });

  it('counts as idle again after the time it said, and after the limit of the policy, which is told once', () => {
    const said = begun().take(offline(BEGIN + 303.5, { until: (BEGIN + 2 * HOUR) * SECOND }));
    said.until(BEGIN + 2 * HOUR);
    expect(said.signals).toEqual([]);
    said.until(BEGIN + 3 * HOUR);
    expect(said.signals[0]).toMatchObject({ cause: 'idle' });
    expect(told(said).map(([kind]) => kind)).toEqual(['SILENCE']);

    const limited = begun({ maxOfflineMs: HOUR * 1000 }).take(
      offline(BEGIN + 303.5, { until: '1972-01-01T00:00:00Z' }),
    );
    limited.until(BEGIN + 303.2 + HOUR - 1);
    expect(limited.notices).toEqual([]);
    limited.until(BEGIN + DAY);
    expect(limited.notices).toMatchObject([
      { kind: 'OFFLINE_TOO_LONG', limitMs: HOUR * 1000, untilUs: 730 * DAY * SECOND },
      { kind: 'SILENCE' },
    ]);
    expect(limited.signals[0]).toMatchObject({ cause: 'idle' });
  });

  it('is not advanced by what was asked for before it said so', () => {
    const trigger = begun();
    const asked = trigger.nowUs + 100 * SECOND;
    trigger.nowUs = asked;
    trigger.take({ kind: 'timer' });
    const before = trigger.panes().length;
    trigger.take(offline(BEGIN + 303.5), { kind: 'signal', signal: trigger.signals[0]! });
    expect(trigger.panes()).toHaveLength(before);
  });

  it('may have windows of its own, and does not believe what is no time', () => {
    const away = startStop({ signal: 'windlass-offline', maxDurationUs: 30 * DAY * SECOND });
    const trigger = triggerOf(away, {}, { reads: ['sample', 'windlass-offline'] });
    trigger.take(offline(BEGIN, { until: 'soon' }));
    expect(trigger.state.offline).toMatchObject({ untilUs: null });
    trigger.take(sample(BEGIN + 5), online(BEGIN + 10), sample(BEGIN + 20));
    expect(trigger.panes()).toMatchObject([{ startUs: BEGIN * SECOND, endUs: (BEGIN + 10) * SECOND }]);
  });

  it('says nothing by a word that is older than the last, or repeated', () => {
    const trigger = begun().take(offline(BEGIN + 303.5), online(BEGIN + 303));
    expect(trigger.state.offline).toMatchObject({ sinceUs: trigger.nowUs });
    const sinceUs = trigger.nowUs;
    trigger.until(BEGIN + HOUR).take(offline(BEGIN + 303.5));
    expect(trigger.state.offline).toMatchObject({ sinceUs });
    trigger.take(online(BEGIN + HOUR), offline(BEGIN + 303.5));
    expect(trigger.state.offline).toMatchObject({ sinceUs: null, backUs: trigger.nowUs });
  });
});

describe('regress', () => {
  it('counts signals and watermarks that go back, but none that come twice', () => {
    const trigger = triggerOf(fixed(10 * SECOND), { allowedLatenessUs: HOUR * SECOND });
    const twice = sample(BEGIN + 20);
    trigger.take(sample(BEGIN + 10), twice, sample(BEGIN + 20), twice, sample(BEGIN + 30), twice, sample(BEGIN + 5));
    const mark = (seconds: number) => signal('mark', seconds, { phase: 'WATERMARK' });
    trigger.take(mark(BEGIN + 40), mark(BEGIN + 40), mark(BEGIN + 39), mark(BEGIN + 50));
    expect(trigger.state.regress).toEqual({ signals: 1, furthestUs: 25 * SECOND, watermarks: 1 });
  });
});
