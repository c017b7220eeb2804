import { describe, expect, it } from '@jest/globals';
import { toValue, type ResultRecord, type ResultValue } from '@windlass/contracts';
import { checkAnswer, expectedOf } from './reference.ts';
import { CHAIN, RATE, SAMPLES, SOURCES, taskMaker } from './tasks.ts';

const record = (...results: ResultValue[]): ResultRecord =>
  ({ items: results.map((result) => ({ result: toValue(result), error: null })) }) as unknown as ResultRecord;

describe('what a toolbox must answer', () => {
  it('has the highest of the two tones that are in the samples of its source', () => {
    for (const source of [0, 7, 40]) {
      const { peakHz, peakAmplitude } = expectedOf(source).spectrum as { peakHz: number; peakAmplitude: number };
      expect(peakHz).toBe(1 + source / 8 > 2 ? 50 : 3 + source);
      expect(Math.abs(peakAmplitude - Math.max(2, 1 + source / 8))).toBeLessThan(0.2);
    }
  });

  it('is taken with other last digits, and nothing else is', () => {
    const { rolling, spectrum, threshold } = expectedOf(3) as unknown as Record<string, any>;
    const near = { ...rolling, mean: rolling.mean * (1 + 1e-12) };
    expect(() => checkAnswer(3, CHAIN, record(near, spectrum, threshold))).not.toThrow();
    const wrong = { ...rolling, mean: rolling.mean * 1.001 };
    expect(() => checkAnswer(3, CHAIN, record(wrong, spectrum, threshold))).toThrow('rolling of source 3.mean');
    const flipped = { ...threshold, alarm: !threshold.alarm };
    expect(() => checkAnswer(3, CHAIN, record(rolling, spectrum, flipped))).toThrow('threshold of source 3.alarm');
    expect(() => checkAnswer(3, CHAIN, record(rolling, spectrum))).toThrow('threshold of source 3: no answer');
    expect(() => checkAnswer(3, ['trivial'], record(4))).toThrow('expected 3');
  });
});

describe('the tasks of the bench', () => {
  it('differ in their ids, and go to the partition of their source', () => {
    const tasks = taskMaker(1, CHAIN)(2 * SOURCES);
    expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(2 * SOURCES);
    for (const { taskId, value, source } of tasks) {
      expect(value.subarray(6, 42).toString()).toBe(taskId);
      expect(tasks.filter((one) => one.source === source)).toHaveLength(2);
    }
  });

  it('have as many samples as the transforms of all languages take', () => {
    expect(Math.log2(SAMPLES) % 1).toBe(0);
    expect(RATE % SAMPLES).toBe(0);
  });
});
