import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readRecording } from '../recording/recording-file.ts';
import { signalsOf } from './signals.ts';

const rows = readRecording(fileURLToPath(new URL('../../recording/samples.csv.gz', import.meta.url)));
const signals = [...signalsOf(rows)];

describe('the recording as signals', () => {
  it('has one for each sample, with all that was measured', () => {
    const samples = signals.filter((signal) => signal.name === 'sample');
    const points = rows.filter((row) => row.phase === 'POINT');
    expect(samples).toHaveLength(points.length);
    expect(samples.map((signal) => [signal.source, signal.eventTimeUs, signal.values])).toEqual(
      points.map((row) => [row.unit, row.sampledAtUs, row.values]),
    );
  });

  it('gives each its own id', () => {
    expect(new Set(signals.map((signal) => signal.id)).size).toBe(signals.length);
  });

  it('ends each unit with a watermark after everything else of it', () => {
    const last = new Map(signals.map((signal) => [signal.source, signal]));
    expect(last.size).toBe(36);
    expect([...last.values()].every((signal) => signal.phase === 'WATERMARK')).toBe(true);
  });
});
