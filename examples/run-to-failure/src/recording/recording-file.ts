// Reads a recording as `record.ts` writes it.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One row: a sample (POINT), or the start or stop of a unit's life. Times are integer microseconds, UTC. */
export interface RecordedRow {
  readonly unit: string;
  readonly phase: 'START' | 'POINT' | 'STOP';
  /** Counts a unit's samples from 0; null for START and STOP. */
  readonly sequence: number | null;
  readonly sampledAtUs: number;
  readonly arrivedAtUs: number;
  /** Measured values by column name; what was not measured is absent. */
  readonly values: Readonly<Record<string, number>>;
}

export const SAMPLE_COLUMNS =
  'arrivedAtUs,unit,phase,sequence,sampledAtUs,heapUsedBytes,eventLoopDelayMs,rssBytes,cpuPercent,gcPauseMs,heapAfterMajorGcBytes,requestLatencyMs,requestLatencyMaxMs,requestsPerSecond,machineLoad1';
const FIRST_VALUE_COLUMN = 5;

/** All rows in the order of their arrival. Throws when the file is not a recording. */
export function readRecording(path: string): RecordedRow[] {
  const [header, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  const columns = header!.split(',');
  if (columns.slice(0, FIRST_VALUE_COLUMN).join() !== 'arrivedAtUs,unit,phase,sequence,sampledAtUs')
    throw new Error(`${path} is not a recording: its columns are ${header}`);
  return lines.map((line, index) => readRow(line.split(','), columns, `${path}:${index + 2}`));
}

/** A row as a sender sends it, without the time of its arrival. */
export function readSentRow(line: string, arrivedAtUs: number): RecordedRow {
  return readRow(`${arrivedAtUs},${line}`.split(','), SAMPLE_COLUMNS.split(','), 'what was sent');
}

function readRow(cells: readonly string[], columns: readonly string[], place: string): RecordedRow {
  const [arrivedAt, unit, phase, sequence, sampledAt] = cells;
  if (cells.length !== columns.length || !unit || (phase !== 'START' && phase !== 'POINT' && phase !== 'STOP'))
    throw new Error(`${place} is not a row of a recording`);
  const values: Record<string, number> = {};
  for (let column = FIRST_VALUE_COLUMN; column < columns.length; column++) {
    if (cells[column] !== '') values[columns[column]!] = Number(cells[column]);
  }
  return {
    unit,
    phase,
    sequence: sequence === '' ? null : Number(sequence),
    sampledAtUs: Number(sampledAt),
    arrivedAtUs: Number(arrivedAt),
    values,
  };
}
