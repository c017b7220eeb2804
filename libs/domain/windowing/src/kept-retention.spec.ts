import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contentOf,
  fixed,
  phased,
  planOf,
  policy,
  sample,
  SECOND,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
} from './scenario.ts';
import { FOREVER } from './time.ts';

const kept = { keepSignals: { count: 3, bytes: 1_000_000 } };
const plan = planOf({
  types: [windowType('w', fixed(2 * SECOND), kept)],
  policies: [policy('w@1', { allowedLatenessUs: 4 * SECOND })],
});
const hour = 3_600;
const times = ({ stored }: Trigger): number[] => stored.map(({ eventTimeUs }) => eventTimeUs / SECOND);
const retaining = (seconds: number): Trigger => {
  const trigger = new Trigger(plan);
  trigger.keptRetentionUs = seconds * SECOND;
  return trigger;
};

describe('kept signals that people read', () => {
  it('stay stored when their window is final, but not in memory', () => {
    const trigger = retaining(hour).takeEach([0, 0.5, 1, 1.5, 20, 40].map((seconds) => sample(seconds)));
    expect(times(trigger)).toEqual([0, 0.5, 1, 1.5, 20, 40]);
    expect(trigger.state.kept.map(({ eventTimeUs }) => eventTimeUs / SECOND)).toEqual([40]);
    expect(trigger.panes()[0]!.signals).toHaveLength(3);
  });

  it('are deleted seldom and many at once, behind the newest event by the retention', () => {
    const trigger = retaining(512 * 2);
    const sizes: number[] = [];
    const edges = new Set<number>();
    for (let second = 0; second < 1_200; second++) {
      trigger.take(sample(second));
      sizes.push(trigger.stored.length);
      edges.add(trigger.state.keptDeletedUs);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_027);
    expect(trigger.stored.length).toBeGreaterThanOrEqual(1_024);
    expect(times(trigger)[0]).toBe(Math.ceil(trigger.state.keptDeletedUs / SECOND));
    expect(edges.size).toBeGreaterThan(85);
    expect(edges.size).toBeLessThan(91);
    expect(trigger.state.keptOldestUs).toBe(trigger.state.keptDeletedUs);
  });

  it('are deleted at other times for other sources', () => {
    const edges = ['unit-1', 'unit-2', 'unit-3'].map((name) => {
      const trigger = new Trigger(plan, name);
      trigger.keptRetentionUs = 5_120 * SECOND;
      return trigger.takeEach([sample(0), sample(6_000)]).state.keptDeletedUs;
    });
    expect(new Set(edges).size).toBe(3);
  });

  it('are deleted as soon as no window may want them without a retention', () => {
    const trigger = retaining(0).takeEach([0, 1, 3, 20, 40].map((seconds) => sample(seconds)));
    expect(times(trigger)).toEqual([40]);
  });

  it('of a silent source are deleted by its timer, as if it went on', () => {
    const trigger = retaining(160).takeEach([sample(0), sample(1), watermark(100)]);
    trigger.wait(159);
    expect(times(trigger)).toEqual([0, 1]);
    trigger.wait(0.8);
    expect(times(trigger)).toEqual([1]);
    trigger.wait(1);
    expect(times(trigger)).toEqual([]);
    expect(trigger.state).toMatchObject({ keptOldestUs: FOREVER, timerUs: null });
  });

  it('stay as long as an open window may want them, beyond the retention', () => {
    const types = [windowType('life', startStop(), kept)];
    const trigger = new Trigger(planOf({ types, policies: [policy('life@1', { outOfOrdernessUs: 0 })] }));
    trigger.keptRetentionUs = 16 * SECOND;
    trigger.takeEach([start(0), sample(1), sample(2), sample(500)]);
    trigger.wait(2_000);
    expect(times(trigger)).toEqual([1, 2, 500]);
    trigger.takeEach([stop(600), watermark(601)]);
    expect(trigger.panes()[0]!.signals).toHaveLength(3);
    trigger.wait(1_000);
    expect(times(trigger)).toEqual([]);
  });

  it('of a type that is gone from the DAG are deleted too', () => {
    const trigger = retaining(160).takeEach([sample(0), sample(1), sample(10)]);
    trigger.plan = planOf({ types: [windowType('w', fixed(2 * SECOND))] });
    trigger.wait(1_000);
    trigger.take(sample(2_000));
    expect(times(trigger)).toEqual([]);
  });

  it('change no pane: with retention and restarts they are as without either', () => {
    const late = planOf({
      types: [
        windowType('life', startStop({ maxDurationUs: 50 * SECOND }), kept),
        windowType('w', fixed(3 * SECOND), { keepSignals: { count: 50, bytes: 1_000_000 } }),
      ],
      policies: [
        policy('life@1', { allowedLatenessUs: 20 * SECOND }),
        policy('w@1', { allowedLatenessUs: 30 * SECOND, outOfOrdernessUs: 2 * SECOND }),
      ],
    });
    const one = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 200 }).map((t) => ({ phase: 'POINT' as const, t })) },
      fc.integer({ min: 0, max: 200 }).map((t) => ({ phase: 'START' as const, t })),
      fc.integer({ min: 0, max: 200 }).map((t) => ({ phase: 'STOP' as const, t })),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(one, fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (steps, seconds) => {
          const inputs = steps.map(([{ phase, t }, restarts]) => ({
            input: phase === 'POINT' ? sample(t) : phased(phase, t),
            restarts,
          }));
          const [without, having] = [0, seconds].map((retention) => {
            const trigger = new Trigger(late);
            trigger.keptRetentionUs = retention * SECOND;
            for (const { input, restarts } of inputs) {
              trigger.take(input);
              if (restarts && retention > 0) trigger.restart();
            }
            return trigger.take(watermark(10_000));
          });
          expect(contentOf(having!)).toEqual(contentOf(without!));
        },
      ),
    );
  });
});
