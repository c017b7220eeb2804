import { describe, expect, it } from '@jest/globals';
import { drawPlan, HEALTHY_LIFE_MS, requestRate } from './plan.ts';

const plan = drawPlan(20261123, 36);

describe('a plan', () => {
  it('is the same for the same seed and another for another', () => {
    expect(drawPlan(20261123, 36)).toEqual(plan);
    expect(drawPlan(1, 36)).not.toEqual(plan);
  });

  it('has at least 24 units that fail, of three kinds, at least 6 that stay healthy, and four that are cut off', () => {
    const count = (kind: string) => plan.filter((unit) => unit.fault.kind === kind).length;
    expect(count('constant-leak') + count('load-leak') + count('accelerating-leak')).toBeGreaterThanOrEqual(24);
    expect(Math.min(count('constant-leak'), count('load-leak'), count('accelerating-leak'))).toBeGreaterThanOrEqual(8);
    expect(count('none')).toBeGreaterThanOrEqual(6);
    expect(plan.filter((unit) => unit.outage)).toHaveLength(4);
  });

  it('lets no faulty unit live longer than a healthy one', () => {
    expect(plan.every((unit) => unit.fault.kind === 'none' || unit.maxLifeMs < HEALTHY_LIFE_MS)).toBe(true);
  });

  it('asks for a load that varies and never stops', () => {
    for (const { load } of plan) {
      const rates = Array.from({ length: 210 }, (_, second) => requestRate(load, second * 1_000));
      expect(Math.min(...rates)).toBeGreaterThan(0);
      expect(Math.max(...rates)).toBeGreaterThan(1.5 * Math.min(...rates));
    }
  });
});
