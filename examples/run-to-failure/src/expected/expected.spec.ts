import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { chain } from '../batch/chain.ts';
import { windowsOf } from '../batch/windows.ts';
import { readModel } from '../model/model.ts';
import { readRecording } from '../recording/recording-file.ts';
import { difference, expectedOf } from './expected.ts';
import type { Expected } from './expected.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const rows = readRecording(`${home}recording/samples.csv.gz`);
const model = readModel();
const outcomesOf = (some: typeof rows) => windowsOf(some).map((windows) => chain(windows, model));

describe('expected.json', () => {
  const committed = JSON.parse(readFileSync(`${home}expected.json`, 'utf8')) as Expected;

  it('is what the committed recording and model give', () => {
    const computed = JSON.parse(JSON.stringify(expectedOf(outcomesOf(rows)))) as Expected;
    expect(difference(computed, committed, committed.relativeTolerance)).toBeNull();
  });
});

describe('late rows', () => {
  // The sender of unit-27 is cut off in the middle of a cycle; its other rows come after its STOP.
  const own = rows.filter((row) => row.unit === 'unit-27');
  const stopAt = own.findIndex((row) => row.phase === 'STOP');
  const onTime = outcomesOf(own.slice(0, stopAt + 1))[0]!;
  const final = outcomesOf(own)[0]!;

  it('change the results of a cycle that had fired without them', () => {
    const cut = onTime.cycles.at(-1)!;
    const mended = final.cycles.find((cycle) => cycle.span.startUs === cut.span.startUs)!;
    expect(mended.indicator.samples).toBeGreaterThan(cut.indicator.samples);
    expect(mended.indicator.meanBytes).not.toBe(cut.indicator.meanBytes);
    expect(mended.rul.remainingSeconds).not.toBe(cut.rul.remainingSeconds);
  });

  it('bring cycles, and so what the whole life amounts to', () => {
    expect(final.cycles.length).toBeGreaterThan(onTime.cycles.length);
    expect(final.summary.highestFloorBytes).toBeGreaterThan(onTime.summary.highestFloorBytes);
  });
});

describe('difference', () => {
  it('lets numbers differ by the tolerance and nothing else', () => {
    expect(difference({ a: [1, 1e15] }, { a: [1 + 1e-12, 1e15] }, 1e-9)).toBeNull();
    expect(difference({ a: { b: 1 } }, { a: { b: 1.001 } }, 1e-9)).toBe('.a.b');
    expect(difference({ a: null }, { a: 0 }, 1e-9)).toBe('.a');
    expect(difference({ a: 1 }, {}, 1e-9)).toBe('.a');
    expect(difference({}, { a: 1 }, 1e-9)).toBe('.a');
    expect(difference(true, false, 1e-9)).toBe('.');
  });
});
