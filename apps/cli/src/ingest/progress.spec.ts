import { describe, expect, it } from '@jest/globals';
import { Progress } from './progress.ts';

function progress(isTTY: boolean) {
  let nowMs = 0;
  let written = '';
  const target = { isTTY, columns: 100, write: (text: string) => (written += text) };
  const shown = new Progress(target, 'data.csv', () => nowMs);
  return {
    shown,
    after: (ms: number, rows: number, share: number | null) => {
      nowMs += ms;
      shown.update({ rows, share });
    },
    take: () => {
      const text = written;
      written = '';
      return text;
    },
  };
}

describe('progress', () => {
  it('is a bar on a terminal, which goes away for what stays', () => {
    const { shown, after, take } = progress(true);
    after(0, 0, 0);
    after(1_000, 2_000, 0.25);
    expect(take()).toBe('\r\u001b[2Kdata.csv  ██████░░░░░░░░░░░░░░░░░░  25 %  2,000 rows  2,000 rows/s  3 s left');
    shown.note('waiting');
    expect(take()).toBe('\r\u001b[2Kwaiting\n');
    shown.clear();
    expect(take()).toBe('');
  });

  it('is a plain line now and then anywhere else', () => {
    const { after, take } = progress(false);
    after(0, 0, 0);
    after(5_000, 10_000, 0.1);
    expect(take()).toBe('');
    after(5_000, 30_000, 0.5);
    expect(take()).toBe('data.csv  50 %  30,000 rows  3,000 rows/s  10 s left\n');
    after(10_000, 40_000, null);
    expect(take()).toBe('data.csv  40,000 rows  1,000 rows/s\n');
  });
});
