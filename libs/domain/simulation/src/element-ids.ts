import type { EpochUs } from '@windlass/dag';
import {
  hash53,
  isLogged,
  type MemberReport,
  type Pane,
  type Signal,
  type SourcePlan,
  type Step,
} from '@windlass/windowing';

interface SeenElement {
  readonly id: string;
  readonly name: string;
  readonly timeUs: EpochUs;
}

/** Which signals are the elements of a pane: the windows themselves only count theirs, unless their type keeps them. */
export class ElementIds {
  /** In order of event time, then id. */
  private readonly bySource = new Map<string, SeenElement[]>();
  /** What members have told of the windows of their groups, by window, then by member. */
  private readonly counted = new Map<string, Map<string, readonly SeenElement[]>>();

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

  /** Before the group takes it: what a member has by now in a window of the group. */
  noteReport({ group, source, windowType, counted }: MemberReport, plan: SourcePlan): void {
    if (!counted) return;
    const window = windowName({ key: group, windowType, startUs: counted.startUs });
    const byMember = this.counted.get(window) ?? new Map<string, readonly SeenElement[]>();
    this.counted.set(window, byMember);
    byMember.set(source, this.within({ key: source, windowType, ...counted }, plan));
  }

  /** Of the window that the pane is of, in order of event time, then id; of a group's, those of all members. */
  of(pane: Pane, plan: SourcePlan): string[] {
    const isGroup = plan.byRef.get(pane.windowType)?.role === 'group';
    const elements = isGroup ? this.ofMembers(pane) : this.within(pane, plan);
    return elements.map(({ id }) => id);
  }

  private ofMembers(pane: Pane): SeenElement[] {
    const byMember = this.counted.get(windowName(pane)) ?? new Map<string, readonly SeenElement[]>();
    return [...byMember.values()].flat().sort((a, b) => (precedes(a, b) ? -1 : precedes(b, a) ? 1 : 0));
  }

  private within({ key, windowType, startUs, endUs }: WindowOf, plan: SourcePlan): SeenElement[] {
    const type = plan.byRef.get(windowType);
    if (!type) return [];
    const seen = this.bySource.get(key) ?? [];
    const from = firstIndex(seen, ({ timeUs }) => timeUs >= startUs);
    const to = firstIndex(seen, ({ timeUs }) => timeUs >= endUs);
    return seen.slice(from, to).filter(({ name }) => type.elements.has(name));
  }
}

type WindowOf = Pick<Pane, 'key' | 'windowType' | 'startUs' | 'endUs'>;

const windowName = ({ key, windowType, startUs }: Omit<WindowOf, 'endUs'>): string => `${windowType} ${startUs} ${key}`;

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
