// A recording as signals: what the hub would have received while it was made.
import type { NewSignal } from '@windlass/sdk';
import type { RecordedRow } from '../recording/recording-file.ts';

/** The policies' allowed lateness (definitions.yaml): a WATERMARK this long after a STOP makes all windows of the unit final. */
export const ALLOWED_LATENESS_US = 600_000_000;

/**
 * The signals of rows that came in the order of their arrival. A sample is one signal. A START opens the life and the run-in, and says
 * when the unit was born. Behind a unit's last row comes its WATERMARK: nothing of it is missing any more.
 */
export function* signalsOf(rows: readonly RecordedRow[]): Generator<NewSignal> {
  const lastOf = new Map(rows.map((row, index) => [row.unit, index]));
  const stopOf = new Map(rows.flatMap((row) => (row.phase === 'STOP' ? [[row.unit, row.sampledAtUs] as const] : [])));
  for (const [index, row] of rows.entries()) {
    yield* signalsOfRow(row);
    const stopUs = stopOf.get(row.unit);
    if (lastOf.get(row.unit) === index && stopUs !== undefined) yield watermarkAfter(row.unit, stopUs);
  }
}

export function* signalsOfRow({ unit, phase, sequence, sampledAtUs, values }: RecordedRow): Generator<NewSignal> {
  const at = { source: unit, eventTimeUs: sampledAtUs };
  switch (phase) {
    case 'POINT':
      return yield { ...at, id: `${unit}:${sequence}`, name: 'sample', values };
    case 'START': {
      const metadata = { bornUs: sampledAtUs };
      yield { ...at, id: `${unit}:start`, name: 'life', phase, metadata };
      return yield { ...at, id: `${unit}:run-in`, name: 'run-in', phase, metadata };
    }
    case 'STOP':
      return yield { ...at, id: `${unit}:stop`, name: 'life', phase };
    default:
      return phase satisfies never;
  }
}

/** Says that everything of a unit that stopped then has arrived. */
export function watermarkAfter(unit: string, stopUs: number): NewSignal {
  return {
    source: unit,
    id: `${unit}:end`,
    name: 'watermark',
    phase: 'WATERMARK',
    eventTimeUs: stopUs + ALLOWED_LATENESS_US,
  };
}
