import type { Ref } from '@windlass/dag';
import { BEYOND, MEASURES, type Measure, type Sighting } from '@windlass/windowing';
import type { DialCount } from './ports.ts';

/** Counts by bucket. Null: not measured. */
type Counts = Record<Measure, number[] | null>;

/** What steps have seen of window types, added up since it was last taken. Bounded by types and buckets, not by signals. */
export class DialTally {
  private live = new Map<Ref, Counts>();
  private history = new Map<Ref, Counts>();

  get isEmpty(): boolean {
    return this.live.size === 0 && this.history.size === 0;
  }

  add({ windowType, isHistory, inOrder, marks }: Sighting): void {
    const counts = countsOf(isHistory ? this.history : this.live, windowType);
    if (inOrder > 0) increase(counts, 'element', 0, inOrder);
    for (const { measure, bucket, count } of marks) increase(counts, measure, bucket, count);
  }

  /** Puts back what could not be stored. */
  restore(counts: readonly DialCount[]): void {
    for (const { windowType, isHistory, measure, bucket, count } of counts)
      increase(countsOf(isHistory ? this.history : this.live, windowType), measure, bucket, count);
  }

  /** All counts, in the same order whoever takes them; it begins anew. */
  take(): DialCount[] {
    const taken = [...countsIn(this.live, false), ...countsIn(this.history, true)];
    this.live = new Map();
    this.history = new Map();
    return taken;
  }
}

const none = (): Counts => Object.fromEntries(MEASURES.map((measure) => [measure, null])) as Counts;

function countsOf(of: Map<Ref, Counts>, windowType: Ref): Counts {
  let counts = of.get(windowType);
  if (!counts) of.set(windowType, (counts = none()));
  return counts;
}

function increase(counts: Counts, measure: Measure, bucket: number, by: number): void {
  const buckets = (counts[measure] ??= new Array<number>(BEYOND + 1).fill(0));
  buckets[bucket]! += by;
}

function* countsIn(of: ReadonlyMap<Ref, Counts>, isHistory: boolean): Generator<DialCount> {
  for (const windowType of [...of.keys()].sort())
    for (const measure of MEASURES) {
      const buckets = of.get(windowType)![measure] ?? [];
      for (const [bucket, count] of buckets.entries())
        if (count !== 0) yield { windowType, isHistory, measure, bucket, count };
    }
}
