// Reads the truth about the recorded lives. It is for fitting, for judging and for people: no processor may read it.
import { readFileSync } from 'node:fs';

/** The truth about one life. Times are integer microseconds, UTC. */
export interface Life {
  readonly unit: string;
  readonly faultKind: 'none' | 'constant-leak' | 'load-leak' | 'accelerating-leak';
  /** When the fault began; null for a healthy unit. */
  readonly onsetUs: number | null;
  readonly startUs: number;
  /** The observed exit. */
  readonly endUs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The recorder ended the unit: its life would have been longer. */
  readonly censored: boolean;
  readonly split: 'fit' | 'test';
}

export function readLives(path: string): Life[] {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = header!.split(',');
  return lines.map((line) => {
    const cells = new Map(line.split(',').map((cell, index) => [columns[index]!, cell]));
    const text = (column: string): string => {
      const cell = cells.get(column);
      if (cell === undefined) throw new Error(`${path} has no column ${column}`);
      return cell;
    };
    const optionalNumber = (column: string): number | null => (text(column) === '' ? null : Number(text(column)));
    return {
      unit: text('unit'),
      faultKind: text('faultKind') as Life['faultKind'],
      onsetUs: optionalNumber('onsetUs'),
      startUs: Number(text('startUs')),
      endUs: Number(text('endUs')),
      exitCode: optionalNumber('exitCode'),
      signal: text('signal') || null,
      censored: text('censored') === 'true',
      split: text('split') as Life['split'],
    };
  });
}
