import type { EpochUs } from '@windlass/dag';
import { hash53, isLogged, type Pane, type Signal, type SourcePlan, type Step } from '@windlass/windowing';

interface SeenElement {
  readonly id: string;
  readonly name: string;
  readonly timeUs: EpochUs;
}

/** Which signals are the elements of a pane: the windows themselves only count theirs, unless their type keeps them. */
export class ElementIds {
  /** In order of event time, then id. */
  private readonly bySource = new Map<string, SeenElement[]>();

  /** Remembers the signal if its step has taken it. */
  note(source: string, { id, name, eventTimeUs, phase }: Signal, step: Step): void {
    if (phase === 'WATERMARK') return;
    const seen = this.bySource.get(source) ?? [];
    this.bySource.set(source, seen);
    const { duplicates, unread } = step.counts;
    const isUntouched = duplicates === 0 && unread === 0 && step.rejections.every(({ input }) => input !== 0);
    if (!isUntouched && (seen.some((one) => one.id === id) || !isLogged(step.state.log, hash53(id)))) return;
    const element = { id, name, timeUs: eventTimeUs };
    seen.splice(
      firstIndex(seen, (one) => !precedes(one, element)),
      0,
      element,
    );
  }

  /** Of the window that the pane is of, in order of event time, then id. */
  of({ key, windowType, startUs, endUs }: Pane, plan: SourcePlan): string[] {
    const type = plan.byRef.get(windowType);
    if (!type) return [];
    const seen = this.bySource.get(key) ?? [];
    const from = firstIndex(seen, ({ timeUs }) => timeUs >= startUs);
    const to = firstIndex(seen, ({ timeUs }) => timeUs >= endUs);
    return seen.slice(from, to).flatMap((one) => (type.elements.has(one.name) ? [one.id] : []));
  }
}

const precedes = (a: SeenElement, b: SeenElement): boolean =>
  a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.id < b.id);

/** Index of the first that is meant, where all after it are meant too. */
function firstIndex<T>(sorted: readonly T[], isMeant: (one: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isMeant(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
