import { hash53, type Rejection, type Signal } from '@windlass/windowing';
import type { Dropped } from './step.ts';

type Element = NonNullable<Rejection['elements']>[number];

/** Which signal an element was: the windows themselves remember a hash of its id. */
export class SeenSignals {
  private readonly bySource = new Map<string, Map<number, Pick<Dropped, 'step' | 'signal'>>>();

  /** The first with an id: what comes later with the same is a duplicate. */
  note(source: string, { id, name, eventTimeUs, phase }: Signal, step: number | null): void {
    if (phase === 'WATERMARK') return;
    const seen = this.bySource.get(source) ?? new Map<number, Pick<Dropped, 'step' | 'signal'>>();
    this.bySource.set(source, seen);
    const hash = hash53(id);
    if (!seen.has(hash)) seen.set(hash, { step, signal: { id, name, eventTimeUs } });
  }

  of(source: string, { hash }: Element): Pick<Dropped, 'step' | 'signal' | 'emission'> {
    const seen = this.bySource.get(source)?.get(hash);
    return { step: seen?.step ?? null, signal: seen?.signal ?? null, emission: null };
  }
}
