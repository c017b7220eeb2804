import type { EpochUs } from '@windlass/dag';
import {
  hash53,
  isLogged,
  type Pane,
  type Signal,
  type SourcePlan,
  type Step,
  type TypePlan,
} from '@windlass/windowing';

interface SeenElement {
  readonly id: string;
  readonly name: string;
  readonly timeUs: EpochUs;
  readonly isBoundary: boolean;
}

/** Which signals are the elements of a pane: the windows themselves only count theirs, unless their type keeps them. */
export class ElementIds {
  private readonly bySource = new Map<string, SeenElement[]>();

  /** Remembers the signal if its step has taken it. */
  note(source: string, { id, name, eventTimeUs, phase }: Signal, step: Step): void {
    if (phase === 'WATERMARK') return;
    const seen = this.bySource.get(source) ?? [];
    this.bySource.set(source, seen);
    const { duplicates, unread } = step.counts;
    const isUntouched = duplicates === 0 && unread === 0 && step.rejections.every(({ input }) => input !== 0);
    if (!isUntouched && (seen.some((one) => one.id === id) || !isLogged(step.state.log, hash53(id)))) return;
    seen.push({ id, name, timeUs: eventTimeUs, isBoundary: phase !== 'POINT' });
  }

  /** Of the window that the pane is of, in order of event time, then id. */
  of({ key, windowType, startUs, endUs }: Pane, plan: SourcePlan): string[] {
    const type = plan.byRef.get(windowType);
    if (!type) return [];
    return (this.bySource.get(key) ?? [])
      .filter((one) => one.timeUs >= startUs && one.timeUs < endUs && isElementOf(type, one))
      .sort((a, b) => a.timeUs - b.timeUs || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  }
}

/** A START or STOP opens and closes the windows of its type; it is an element of others. */
const isElementOf = ({ elements, type: { open } }: TypePlan, { name, isBoundary }: SeenElement): boolean =>
  elements.has(name) && !(isBoundary && open.kind === 'startStop' && open.signal === name);
