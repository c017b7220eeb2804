// All windows of a recording at once, by event time alone. Written apart from the hub on purpose: it is what the hub is judged by.
import type { RecordedRow } from '../recording/recording-file.ts';
import type { Sample, Span } from '../model/sample.ts';

export const CYCLE_US = 2_000_000;
export const RUN_IN_US = 20_000_000;
export const PROBATION_US = 5_000_000;

export interface Window extends Span {
  /** The samples with start ≤ time < end, by time. */
  readonly samples: readonly Sample[];
}

export interface UnitWindows {
  readonly unit: string;
  readonly life: Window;
  readonly cycles: readonly Window[];
  readonly runIn: Window;
  readonly probations: readonly Window[];
}

export function windowsOf(rows: readonly RecordedRow[]): UnitWindows[] {
  const units = [...new Set(rows.map((row) => row.unit))].sort();
  return units.map((unit) =>
    unitWindows(
      unit,
      rows.filter((row) => row.unit === unit),
    ),
  );
}

function unitWindows(unit: string, rows: readonly RecordedRow[]): UnitWindows {
  const edge = (phase: 'START' | 'STOP'): number => {
    const found = rows.filter((row) => row.phase === phase);
    if (found.length !== 1) throw new Error(`${unit} has ${found.length} rows of phase ${phase}, not 1`);
    return found[0]!.sampledAtUs;
  };
  const samples = rows
    .filter((row) => row.phase === 'POINT')
    .map(sampleOf)
    .sort((a, b) => a.sampledAtUs - b.sampledAtUs);
  const life = windowOf({ startUs: edge('START'), endUs: edge('STOP') }, samples);
  const runIn = windowOf(
    { startUs: life.startUs, endUs: Math.min(life.startUs + RUN_IN_US, life.endUs) },
    life.samples,
  );
  return { unit, life, cycles: fixedWithin(life, CYCLE_US), runIn, probations: fixedWithin(runIn, PROBATION_US) };
}

/** Fixed windows aligned to the parent's start, the last cut to the parent's end; only those that hold a sample. */
export function fixedWithin(parent: Window, sizeUs: number): Window[] {
  const windows: Window[] = [];
  for (let startUs = parent.startUs; startUs < parent.endUs; startUs += sizeUs) {
    windows.push(windowOf({ startUs, endUs: Math.min(startUs + sizeUs, parent.endUs) }, parent.samples));
  }
  return windows.filter((window) => window.samples.length > 0);
}

function windowOf(span: Span, samples: readonly Sample[]): Window {
  return {
    ...span,
    samples: samples.filter((sample) => span.startUs <= sample.sampledAtUs && sample.sampledAtUs < span.endUs),
  };
}

function sampleOf(row: RecordedRow): Sample {
  return { sampledAtUs: row.sampledAtUs, ...row.values } as unknown as Sample;
}
