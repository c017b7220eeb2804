import type { Cell } from '@windlass/windowing';
import type { DialRecorder } from './dial-recorder.ts';
import type { DialReader, DialStore, Measured, MeasuredCell, Registry } from './ports.ts';

const HOUR_US = 3_600_000_000;

export interface StoredDialReaderParts {
  readonly store: DialStore;
  readonly recorder: DialRecorder;
  readonly registry: Pick<Registry, 'hasType'>;
}

/** Reads what all instances have written; this one writes first what it has. */
export class StoredDialReader implements DialReader {
  private readonly parts: StoredDialReaderParts;

  constructor(parts: StoredDialReaderParts) {
    this.parts = parts;
  }

  async measured({
    windowType,
    sinceUs,
    isHistory,
  }: Parameters<DialReader['measured']>[0]): Promise<Measured | undefined> {
    const { store, recorder, registry } = this.parts;
    await recorder.flush();
    const { fromUs, toUs } = hoursSince(sinceUs);
    const rows = await store.read({ windowTypes: [windowType], fromUs, isHistory });
    const cells = cellsBy(rows, ({ measure }) => measure);
    if (cells.size === 0 && !registry.hasType(windowType)) return undefined;
    return { windowType, fromUs, toUs, isHistory, cells };
  }

  async lateness({ windowTypes, sinceUs }: Parameters<DialReader['lateness']>[0]): ReturnType<DialReader['lateness']> {
    const { store, recorder } = this.parts;
    await recorder.flush();
    const { fromUs } = hoursSince(sinceUs);
    const rows = await store.read({ windowTypes, measures: ['element'], fromUs, isHistory: false });
    return cellsBy(rows, ({ windowType }) => windowType);
  }
}

function hoursSince(sinceUs: number): { readonly fromUs: number; readonly toUs: number } {
  const toUs = Date.now() * 1_000;
  return { fromUs: toUs - sinceUs - ((toUs - sinceUs) % HOUR_US), toUs };
}

function cellsBy<K>(rows: readonly MeasuredCell[], keyOf: (row: MeasuredCell) => K): ReadonlyMap<K, readonly Cell[]> {
  const cells = new Map<K, Cell[]>();
  for (const row of rows) {
    const { bucket, count } = row;
    // Below 0: what was counted before this range turned out to be otherwise within it.
    if (count <= 0) continue;
    const of = cells.get(keyOf(row));
    if (of) of.push({ bucket, count });
    else cells.set(keyOf(row), [{ bucket, count }]);
  }
  return cells;
}
