import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { brief, contentOf, fixed, planOf, policy, sample, SECOND, startStop, Trigger, windowType } from './scenario.ts';

const NOW = 1_000_000;
type Rest = Parameters<typeof policy>[1];

const planWith = (rest: Rest, open = fixed(10 * SECOND)) =>
  planOf({ types: [windowType('w', open)], policies: [policy('w@1', rest)] });

/** The source is silent; its policy changes, which its next timer tells it. */
function changed(trigger: Trigger, rest: Rest): Trigger {
  trigger.plan = planWith(rest);
  return trigger.take({ kind: 'timer' });
}

describe('a policy that changes while a source is silent', () => {
  it('fires at once what a smaller outOfOrderness lets fire', () => {
    const trigger = new Trigger(planWith({ outOfOrdernessUs: 3_600 * SECOND })).take(sample(5), sample(25));
    changed(trigger, { outOfOrdernessUs: 5 * SECOND });
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0 final']);
    changed(trigger, { outOfOrdernessUs: 3_600 * SECOND }).take(sample(15));
    expect(trigger.panes()).toHaveLength(1);
  });

  it('makes final at once what a smaller allowedLateness makes so', () => {
    const trigger = new Trigger(planWith({ allowedLatenessUs: 1_000 * SECOND })).take(sample(5), sample(25));
    expect(trigger.finalized()).toEqual([]);
    changed(trigger, { allowedLatenessUs: 0 });
    expect(trigger.finalized()).toHaveLength(1);
    trigger.take(sample(6));
    expect(trigger.rejections).toMatchObject([{ to: 'late', code: 'LATE' }]);
  });

  it('lets silence count from when it began, where it is to count now', () => {
    const idle = { onIdle: 'advance' as const, idleTimeoutMs: 10_000, maxIdleMs: 20_000 };
    const trigger = new Trigger(planWith({})).take(sample(5));
    trigger.until(NOW + 5_000);
    expect(trigger.panes()).toEqual([]);
    changed(trigger, idle);
    for (const one of trigger.signals.splice(0)) trigger.take({ kind: 'signal', signal: one });
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0']);
  });

  it('fires, and does not finalise, what only silence has passed', () => {
    const idle = { onIdle: 'advance' as const, idleTimeoutMs: 1_000, maxIdleMs: 3_600_000 };
    const trigger = new Trigger(planWith({ ...idle, outOfOrdernessUs: 20 * SECOND })).take(sample(5), sample(12));
    trigger.until(NOW + 18.5);
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0']);
    changed(trigger, { ...idle, outOfOrdernessUs: 5 * SECOND });
    expect(trigger.panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[10, 20) 1 ON_TIME r0']);
    expect(trigger.take(sample(6)).panes().at(-1)).toMatchObject({ timing: 'LATE', elements: 2 });
  });

  it('has its late elements told sooner where they are collected for less', () => {
    const late = { allowedLatenessUs: 1_000 * SECOND };
    const trigger = new Trigger(planWith({ ...late, coalesceLateMs: 3_600_000 })).takeEach([sample(5), sample(25)]);
    trigger.take(sample(6));
    changed(trigger, { ...late, coalesceLateMs: 2_000 });
    expect(trigger.wait(1).panes()).toHaveLength(1);
    expect(trigger.wait(1).panes().map(brief)).toEqual(['[0, 10) 1 ON_TIME r0', '[0, 10) 2 LATE r1']);
    changed(trigger.take(sample(7)), { ...late, coalesceLateMs: 0 });
    expect(trigger.panes().at(-1)).toMatchObject({ timing: 'LATE', elements: 3 });
  });

  it('is the same to be told of often, and of no change never shows', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 30 });
    const rest = { outOfOrdernessUs: 7 * SECOND, allowedLatenessUs: 11 * SECOND };
    fc.assert(
      fc.property(seconds, fc.constantFrom(fixed(10 * SECOND), startStop()), (times, open) => {
        const [told, untold] = [true, false].map((tells) => {
          const trigger = new Trigger(planWith(rest, open));
          for (const at of times) {
            trigger.take(sample(at, { id: `s${at}` }));
            if (tells) trigger.take({ kind: 'timer' });
          }
          return trigger;
        });
        expect(contentOf(told!)).toEqual(contentOf(untold!));
        expect(told!.records).toEqual(untold!.records);
      }),
      { numRuns: 50 },
    );
  });
});
