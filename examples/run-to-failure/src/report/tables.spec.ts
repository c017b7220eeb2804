import { describe, expect, it } from '@jest/globals';
import type { Errors, Predictor } from '../evaluation/evaluation.ts';
import { baselineVerdict, predictionTable } from './tables.ts';

const errors = (predictor: Predictor, meanErrorSeconds: number, hits: number): Errors => ({
  predictor,
  shareLeft: 0.5,
  units: 16,
  meanErrorSeconds,
  medianErrorSeconds: meanErrorSeconds,
  medianErrorShare: meanErrorSeconds / 100,
  hits,
});

describe('the verdict beside the baselines', () => {
  it('names each measure in which a baseline is as good or better', () => {
    const verdict = baselineVerdict([
      errors('windlass', 10, 8),
      errors('mean life', 12, 8),
      errors('straight line', 9, 1),
    ]);
    expect(verdict).toEqual([
      'At 50 % left ours does not beat mean life in hits: 8 against 8.',
      'At 50 % left ours does not beat straight line in mean error: 10.0 s against 9.0 s.',
      'At 50 % left ours does not beat straight line in median error: 10.0 s against 9.0 s.',
      'At 50 % left ours does not beat straight line in median share of what remained: 10 % against 9 %.',
    ]);
  });

  it('says so when there is none', () => {
    expect(baselineVerdict([errors('windlass', 1, 9), errors('mean life', 2, 8)])).toHaveLength(1);
  });
});

describe('the table', () => {
  it('has a line for each predictor', () => {
    const lines = predictionTable([errors('windlass', 10, 8), errors('mean life', 12, 7)]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^ {2}50 % +windlass +10\.0 s +10\.0 s +10 % +8 of 16$/);
  });
});
