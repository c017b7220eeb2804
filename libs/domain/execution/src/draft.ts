import type { Execution } from './execution.ts';
import type { Context } from './inputs.ts';
import { type KeyState, sibling } from './key-state.ts';
import { isGuest } from './guest.ts';
import type { Cancel, Forward, Outcome, OutcomeEvent, QueueChange, Step, Task, Withdrawal } from './outputs.ts';
import type { WindowKey } from './pane.ts';
import { isRead, type TypePlan } from './plan.ts';
import { areOver, type DoneWindow, isComplete, type WindowState } from './window-state.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A step's own copy of a window. */
export interface EditedWindow extends Mutable<Omit<WindowState, 'executions'>> {
  executions: (Execution | null)[];
}

/**
 * The working copy of one step: reads fall through to the key's state, windows are copied when first changed, and what the
 * step wants done collects here. It never changes the state it was made from.
 */
export class Draft {
  readonly tasks: Task[] = [];
  readonly cancels: Cancel[] = [];
  readonly forwards: Forward[] = [];
  readonly queue: QueueChange[] = [];
  readonly outcomes: OutcomeEvent[] = [];
  ignored: Step['ignored'] = null;
  refused: Step['refused'] = null;
  answered: Step['answered'] = null;
  readonly changed = new Map<WindowKey, EditedWindow | DoneWindow | null>();
  private readonly news = new Map<WindowKey, { outcomes: Outcome[]; withdrawn: Withdrawal[] }>();
  private readonly dirty = new Set<WindowKey>();

  constructor(
    readonly base: KeyState,
    readonly context: Context,
  ) {}

  window(key: WindowKey): WindowState | undefined {
    const changed = this.changed.get(key);
    if (changed === undefined) return this.base.window(key);
    return changed?.kind === 'open' ? changed : undefined;
  }

  done(key: WindowKey): DoneWindow | undefined {
    const changed = this.changed.get(key);
    if (changed === undefined) return this.base.done(key);
    return changed?.kind === 'done' ? changed : undefined;
  }

  edit(w: WindowState): EditedWindow {
    const known = this.changed.get(w.window);
    if (known?.kind === 'open') return known;
    const copy: EditedWindow = { ...w, executions: [...w.executions] };
    this.changed.set(w.window, copy);
    return copy;
  }

  open(w: EditedWindow): EditedWindow {
    this.changed.set(w.window, w);
    return w;
  }

  close(window: WindowKey, to: DoneWindow | null): void {
    this.changed.set(window, to);
  }

  plan({ pane }: WindowState): TypePlan {
    return this.context.plans.of(pane.dagRevision, pane.windowType);
  }

  /** The windows whose algorithms may have been given results of this one. */
  readersOf(w: WindowState): WindowKey[] {
    const plan = this.plan(w);
    if (!isRead(plan) && !isRead(this.context.plans.latest(w.pane.windowType))) return [];
    const readers = [...this.base.followersOf(w.window), ...this.base.childrenOf(w.window)];
    if (w.pane.parentWindowId !== null) readers.push(sibling(w.pane, w.pane.parentWindowId));
    const start = (key: WindowKey) => this.window(key)?.pane.startUs ?? 0;
    return readers.sort((a, b) => start(a) - start(b));
  }

  /** Has a window looked at before the step ends. */
  touch(window: WindowKey): void {
    this.dirty.add(window);
  }

  nextTouched(): WindowKey | undefined {
    const next = this.dirty.values().next().value;
    if (next !== undefined) this.dirty.delete(next);
    return next;
  }

  tell(w: WindowState, news: { readonly outcome?: Outcome; readonly withdrawal?: Withdrawal }): void {
    const known = this.news.get(w.window) ?? { outcomes: [], withdrawn: [] };
    this.news.set(w.window, known);
    if (news.outcome) known.outcomes.push(news.outcome);
    if (news.withdrawal) known.withdrawn.push(news.withdrawal);
  }

  /** Ends the window's event of this step, if there is anything to say of its current revision. */
  announce(key: WindowKey): void {
    const w = this.changed.get(key);
    if (w?.kind !== 'open' || isGuest(w, this.base.key)) return;
    const { outcomes, withdrawn } = this.news.get(key) ?? { outcomes: [], withdrawn: [] };
    const runComplete = isComplete(w);
    const isNews = w.completedRevision < w.pane.revision || (w.pane.isFinal && !w.completedFinal);
    const completed = runComplete && isNews;
    if (outcomes.length === 0 && withdrawn.length === 0 && !completed) return;
    this.news.delete(key);
    w.outcomeVersion = Math.max(w.outcomeVersion + 1, this.context.nowUs);
    if (runComplete) {
      w.completedRevision = w.pane.revision;
      w.completedFinal = w.pane.isFinal;
    }
    const openersComplete = runComplete || areOver(w, this.plan(w).openers);
    this.outcomes.push(eventOf(w, { outcomes, withdrawn, openersComplete, runComplete }));
  }
}

function eventOf(
  { pane, outcomeVersion }: WindowState,
  news: Pick<OutcomeEvent, 'outcomes' | 'withdrawn' | 'openersComplete' | 'runComplete'>,
): OutcomeEvent {
  return {
    windowId: pane.windowId,
    generation: pane.generation,
    version: outcomeVersion,
    windowType: pane.windowType,
    key: pane.key,
    startUs: pane.startUs,
    endUs: pane.endUs,
    revision: pane.revision,
    isFinal: pane.isFinal,
    parentWindowId: pane.parentWindowId,
    metadata: pane.metadata,
    completeness: pane.completeness,
    dagRevision: pane.dagRevision,
    policyRevision: pane.policyRevision,
    lane: pane.lane,
    depth: pane.depth,
    ...news,
  };
}
