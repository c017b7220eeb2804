import type { Cell, Measure } from '@windlass/windowing';
import type { DialRecorder } from './dial-recorder.ts';
import type { DialReader, DialStore, Measured, Registry } from './ports.ts';

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
    const toUs = Date.now() * 1_000;
    const fromUs = toUs - sinceUs - ((toUs - sinceUs) % HOUR_US);
    const cells = new Map<Measure, Cell[]>();
    for (const { measure, bucket, count } of await store.read({ windowType, fromUs, isHistory })) {
      const of = cells.get(measure) ?? [];
      // Below 0: what was counted before this range turned out to be otherwise within it.
      if (count > 0) cells.set(measure, [...of, { bucket, count }]);
    }
    if (cells.size === 0 && !registry.hasType(windowType)) return undefined;
    return { windowType, fromUs, toUs, isHistory, cells };
  }
}
