import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readModel } from '../model/model.ts';
import { readLives } from './lives-file.ts';
import { readRecording } from './recording-file.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const rows = readRecording(`${home}recording/samples.csv.gz`);
const lives = readLives(`${home}recording/units.csv`);
const failed = lives.filter((life) => !life.censored);

describe('the committed recording', () => {
  it('has 40,000 to 100,000 samples of at least 24 deaths and 6 censored lives', () => {
    const samples = rows.filter((row) => row.phase === 'POINT').length;
    expect(samples).toBeGreaterThanOrEqual(40_000);
    expect(samples).toBeLessThanOrEqual(100_000);
    expect(failed.length).toBeGreaterThanOrEqual(24);
    expect(lives.length - failed.length).toBeGreaterThanOrEqual(6);
  });

  it('saw every faulty unit die of its heap limit, and no life longer than a healthy one', () => {
    expect(failed.every((life) => life.signal === 'SIGABRT' && life.onsetUs! > life.startUs)).toBe(true);
    const seconds = (some: typeof lives) => some.map((life) => (life.endUs - life.startUs) / 1e6);
    expect(Math.min(...seconds(lives.filter((life) => life.faultKind === 'none')))).toBeGreaterThan(
      Math.max(...seconds(failed)),
    );
  });

  it('is in order of arrival, and nothing arrives before it was sampled', () => {
    expect(rows.every((row, index) => index === 0 || row.arrivedAtUs >= rows[index - 1]!.arrivedAtUs)).toBe(true);
    expect(rows.every((row) => row.arrivedAtUs >= row.sampledAtUs)).toBe(true);
  });

  it('counts the samples of each unit without a hole, all within its life', () => {
    for (const life of lives) {
      const own = rows.filter((row) => row.unit === life.unit && row.phase === 'POINT');
      const byTime = own.sort((a, b) => a.sampledAtUs - b.sampledAtUs);
      expect(byTime.map((row) => row.sequence)).toEqual(byTime.map((_, index) => index));
      expect(byTime[0]!.sampledAtUs).toBeGreaterThanOrEqual(life.startUs);
      expect(byTime.at(-1)!.sampledAtUs).toBeLessThan(life.endUs);
    }
  });

  it('has four units whose rows came many seconds late and behind newer ones, one of them after its STOP', () => {
    const late = lives.filter((life) => {
      let newestUs = 0;
      return rows.some((row) => {
        if (row.unit !== life.unit) return false;
        newestUs = Math.max(newestUs, row.sampledAtUs);
        return row.sampledAtUs < newestUs - 10_000_000;
      });
    });
    expect(late).toHaveLength(4);
    const afterStop = late.filter(({ unit }) => {
      const own = rows.filter((row) => row.unit === unit);
      return own.at(-1)!.phase === 'POINT';
    });
    expect(afterStop).toHaveLength(1);
  });
});

it('the committed model was fitted on the fit units only', () => {
  const fit = lives.filter((life) => life.split === 'fit').map((life) => life.unit);
  expect([...readModel().fittedOn].sort()).toEqual(fit.sort());
});
