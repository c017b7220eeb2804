import { describe, expect, it } from '@jest/globals';
import { compileCondition, type ConditionInput } from './condition.ts';

const window = { key: 'pump-1', startUs: 1_000_000, endUs: 3_000_000 };
const input = (result: unknown, metadata = {}): ConditionInput => ({ result, window, metadata });
const scope = { result: { type: 'double' }, metadata: { load: { type: 'double', required: true } } } as const;

describe('compileCondition', () => {
  it('judges a result by itself, its window and its metadata', () => {
    const condition = compileCondition(
      'result > 3 && metadata.load > 0.5 && window.key == "pump-1" && window.endUs - window.startUs > 1',
      scope,
    );
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.judge(input(3.5, { load: 0.6 }))).toEqual({ holds: true });
    expect(condition.judge(input(2.5, { load: 0.6 }))).toEqual({ holds: false });
  });

  it('compares NaN and infinities as floats do', () => {
    const condition = compileCondition('result > 3.0', scope);
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.judge(input(Number.NaN))).toEqual({ holds: false });
    expect(condition.judge(input(Number.POSITIVE_INFINITY))).toEqual({ holds: true });
  });

  it('reads fields of a struct, longs and arrays', () => {
    const result = {
      type: 'struct',
      fields: { score: { type: 'double' }, n: { type: 'long' }, xs: { type: 'array' } },
    } as const;
    const condition = compileCondition('result.score > 3.0 && result.n >= 2 && result.xs[1] > 1.0', {
      result,
      metadata: {},
    });
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.judge(input({ score: 4, n: 2n, xs: Float64Array.of(0, 2) }))).toEqual({ holds: true });
  });

  it.each([
    ['result > "a"', 'no such overload'],
    ['result.score > 1.0', ''],
    ['metadata.laod > 1.0', 'No such key: laod'],
    ['result', 'it gives double, not bool'],
    ['result >', 'Unexpected token'],
    ['process.exit() == 1', ''],
    [Array.from({ length: 300 }, () => 'result > 1.0').join(' || '), ''],
  ])('refuses %s', (expression, message) => {
    const condition = compileCondition(expression, scope);
    expect(condition).toEqual({ ok: false, message: expect.stringContaining(message) });
  });

  it('does not hold, and says why, where a field is absent', () => {
    const condition = compileCondition('metadata.load > 1.0', scope);
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.judge(input(1))).toEqual({ holds: false, error: expect.stringContaining('load') });
  });
});
