import { describe, expect, it } from '@jest/globals';
import type { AvailabilityPolicy } from '@windlass/dag';
import { OFFLINE_SIGNAL } from './offline.ts';
import { brief, fixed, planOf, policy, sample, SECOND, signal, Trigger, watermark, windowType } from './scenario.ts';
import { ENDLESS } from './time.ts';
import { AFTER_LAST_FIELD } from './too-far-ahead.ts';

const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;
const NOW = 1_000_000;

const tens = windowType('tens', fixed(10 * SECOND));
const days = windowType('days', fixed(24 * HOUR * SECOND));

function at(types = [tens], rest: Partial<AvailabilityPolicy> = {}): Trigger {
  const policies = types.map(({ name }) => policy(`${name}@1`, { maxAheadUs: HOUR * SECOND, ...rest }));
  const trigger = new Trigger(planOf({ types, policies }));
  trigger.nowUs = NOW * SECOND;
  return trigger;
}

const codes = ({ rejections }: Trigger): string[] => rejections.map(({ code, to }) => `${code} to ${to}`);

describe('a clock that is far ahead', () => {
  it('closes nothing by a WATERMARK, which is a dead letter; those of the mended clock count as ever', () => {
    const trigger = at().takeEach([sample(NOW), watermark(NOW + YEAR), sample(NOW + 1), watermark(NOW + 10)]);
    expect(codes(trigger)).toEqual(['TOO_FAR_AHEAD to dlq']);
    expect(trigger.rejections[0]!.message).toContain('tens@1 takes at most 3600000000 µs');
    expect(trigger.panes().map(brief)).toEqual([`[${NOW}, ${NOW + 10}) 2 ON_TIME r0 final`]);
    expect([trigger.state.toldUs, trigger.state.regress.watermarks]).toEqual([(NOW + 10) * SECOND, 0]);
  });

  it('is judged by each type for itself, at exactly maxAhead in time', () => {
    const any = windowType('any', fixed(10 * SECOND));
    const plan = planOf({ types: [tens, any], policies: [policy('tens@1', { maxAheadUs: HOUR * SECOND })] });
    const trigger = new Trigger(plan);
    trigger.nowUs = NOW * SECOND;
    trigger.takeEach([sample(NOW), watermark(NOW + HOUR + 1)]);
    expect(trigger.panes().map(({ windowType: ref }) => ref)).toEqual(['any@1']);
    expect(trigger.journal.drops).toMatchObject([{ code: 'TOO_FAR_AHEAD', windowTypes: ['tens@1'] }]);
    trigger.take(watermark(NOW + HOUR));
    expect(trigger.panes().map(({ windowType: ref }) => ref)).toEqual(['any@1', 'tens@1']);
  });

  it('closes nothing of a type that comes later', () => {
    const trigger = at([]).take(watermark(NOW + YEAR));
    trigger.plan = at().plan;
    trigger.takeEach([sample(NOW), watermark(NOW + 10)]);
    expect(trigger.panes().map(brief)).toEqual([`[${NOW}, ${NOW + 10}) 1 ON_TIME r0 final`]);
  });

  it('is not what a WATERMARK at the end of time tells: it ends the stream', () => {
    const trigger = at([days]).takeEach([sample(NOW), watermark(ENDLESS / SECOND)]);
    expect([trigger.panes().length, codes(trigger)]).toEqual([1, []]);
  });

  it('is not what a WATERMARK tells that ends a recording, so long after its last signal; if that was in time', () => {
    const finish = (seconds: number) =>
      watermark(seconds + 25 * HOUR, { metadata: { [AFTER_LAST_FIELD]: 25 * HOUR * SECOND } });
    const trigger = at([days]).takeEach([sample(NOW), finish(NOW)]);
    expect([trigger.panes().length, codes(trigger)]).toEqual([1, []]);
    const ahead = at([days]).takeEach([sample(NOW), sample(NOW + YEAR), finish(NOW + YEAR)]);
    expect([ahead.panes().length, codes(ahead)]).toEqual([0, ['TOO_FAR_AHEAD to dlq', 'TOO_FAR_AHEAD to dlq']]);
  });

  it('takes no source offline, nor keeps one offline that is back', () => {
    const offline = (phase: 'START' | 'STOP', seconds: number) => signal(OFFLINE_SIGNAL, seconds, { phase });
    const trigger = at([{ ...tens, reads: ['sample'] }]).takeEach([sample(NOW), offline('START', NOW + YEAR)]);
    expect([trigger.state.offline, codes(trigger)]).toEqual([null, ['TOO_FAR_AHEAD to dlq']]);
    trigger.takeEach([offline('START', NOW), offline('STOP', NOW + YEAR)]);
    expect(trigger.state.offline).toMatchObject({ sinceUs: NOW * SECOND });
    trigger.takeEach([offline('STOP', NOW + 1)]);
    expect(trigger.state.offline).toMatchObject({ sinceUs: null });
    expect(codes(trigger)).toHaveLength(2);
  });

  it('is told once of a word about itself, that types read as well', () => {
    const trigger = at([{ ...tens, reads: [] }]).take(signal(OFFLINE_SIGNAL, NOW + YEAR, { phase: 'START' }));
    expect([codes(trigger), trigger.state.offline]).toEqual([['TOO_FAR_AHEAD to dlq'], null]);
  });
});
