import type { Ref } from '@windlass/dag';
import type { TaskId } from './execution.ts';
import { isGuest } from './guest.ts';
import type { Step } from './outputs.ts';
import { type Pane, type WindowKey, windowKey } from './pane.ts';
import { type DoneWindow, queuesOf, type WindowState } from './window-state.ts';

/** What a step changed: the new state of a window, or null when it is forgotten. */
export type Changes = ReadonlyMap<WindowKey, WindowState | DoneWindow | null>;

/**
 * All windows of one key (source or group) that are not forgotten, with the look-ups a step needs. A step only reads it;
 * its owner folds the step's changes in with `apply` once they are to hold.
 */
export class KeyState {
  /** The key's durable timer; null: none. */
  timerUs: number | null = null;
  /** Open windows beyond which a step looks for what can be forgotten. */
  sweepAt = MIN_SWEEP;
  private readonly windows = new Map<WindowKey, WindowState>();
  private readonly doneWindows = new Map<WindowKey, DoneWindow>();
  private readonly tasks = new Map<TaskId, WindowKey>();
  private readonly childrenOfParent = new Map<WindowKey, Set<WindowKey>>();
  private readonly followersOfWindow = new Map<WindowKey, Set<WindowKey>>();
  private readonly queues = new Map<string, Set<WindowKey>>();
  private readonly guestsOfType = new Map<string, Set<WindowKey>>();
  private readonly joining = new Set<WindowKey>();

  constructor(readonly key: string) {}

  get openWindows(): number {
    return this.windows.size;
  }
  get doneCount(): number {
    return this.doneWindows.size;
  }
  /** Encoded bytes of panes and results held: what a cache counts. */
  bytes = 0;

  window(key: WindowKey): WindowState | undefined {
    return this.windows.get(key);
  }
  done(key: WindowKey): DoneWindow | undefined {
    return this.doneWindows.get(key);
  }
  windowOfTask(taskId: TaskId): WindowKey | undefined {
    return this.tasks.get(taskId);
  }
  all(): IterableIterator<WindowState> {
    return this.windows.values();
  }
  allDone(): IterableIterator<DoneWindow> {
    return this.doneWindows.values();
  }
  childrenOf(parent: WindowKey): ReadonlySet<WindowKey> {
    return this.childrenOfParent.get(parent) ?? none;
  }
  /** Windows whose pane names this one as previous. */
  followersOf(window: WindowKey): ReadonlySet<WindowKey> {
    return this.followersOfWindow.get(window) ?? none;
  }
  /** What is kept of members, of one window type: windows of theirs, or how far they are with a type of the group's. */
  guestsOf(windowType: Ref): ReadonlySet<WindowKey> {
    return this.guestsOfType.get(windowType) ?? none;
  }
  /** Windows whose algorithms join results of members. */
  joiners(): ReadonlySet<WindowKey> {
    return this.joining;
  }
  /** Windows of which something waits in this queue, longest waiting first. */
  queuedIn(queue: string): ReadonlySet<WindowKey> {
    return this.queues.get(queue) ?? none;
  }

  /** Folds a step in. */
  apply({ changes, timer, swept }: Pick<Step, 'changes' | 'timer' | 'swept'>): void {
    if (timer) this.timerUs = timer.dueUs;
    this.put(changes);
    if (swept) this.sweepAt = Math.max(MIN_SWEEP, 2 * this.windows.size);
  }

  /**
   * Puts stored windows back into a state that is empty. Whatever was stored left a timer no later than the soonest deadline, or than
   * the next sweep. What waits in queues waits from then on in the order of the windows' starts: which of them came first is not stored.
   */
  restore(windows: Changes, nextSweepUs: number): void {
    this.put(inOrder(windows));
    this.timerUs = nextSweepUs;
    for (const { deadlineUs } of this.windows.values())
      if (deadlineUs !== null) this.timerUs = Math.min(this.timerUs, deadlineUs);
    this.sweepAt = Math.max(MIN_SWEEP, 2 * this.windows.size);
  }

  private put(changes: Changes): void {
    for (const [key, next] of changes) {
      const old = this.windows.get(key);
      if (old) this.unlink(old, next?.kind === 'open' ? next : null);
      if (next?.kind === 'open') {
        this.doneWindows.delete(key);
        this.windows.set(key, next);
        this.link(next, old ?? null);
      } else {
        this.windows.delete(key);
        if (next) this.doneWindows.set(key, next);
        else this.doneWindows.delete(key);
      }
    }
  }

  private link(w: WindowState, old: WindowState | null): void {
    this.bytes += weight(w);
    for (const x of w.executions) if (x?.taskId) this.tasks.set(x.taskId, w.window);
    for (const queue of queuesOf(w)) add(this.queues, queue, w.window);
    if (old?.pane === w.pane && old.waiting === w.waiting) return;
    if (isGuest(w, this.key)) return add(this.guestsOfType, w.pane.windowType, w.window);
    for (const pane of panesOf(w)) {
      if (pane.members !== null) this.joining.add(w.window);
      if (pane.parentWindowId !== null) add(this.childrenOfParent, sibling(pane, pane.parentWindowId), w.window);
      for (const { windowIds } of pane.previous)
        for (const id of windowIds) add(this.followersOfWindow, sibling(pane, id), w.window);
    }
  }

  private unlink(w: WindowState, next: WindowState | null): void {
    this.bytes -= weight(w);
    for (const x of w.executions) if (x?.taskId) this.tasks.delete(x.taskId);
    const stays = next ? queuesOf(next) : [];
    for (const queue of queuesOf(w)) if (!stays.includes(queue)) remove(this.queues, queue, w.window);
    if (next?.pane === w.pane && next.waiting === w.waiting) return;
    if (isGuest(w, this.key)) return remove(this.guestsOfType, w.pane.windowType, w.window);
    this.joining.delete(w.window);
    for (const pane of panesOf(w)) {
      if (pane.parentWindowId !== null) remove(this.childrenOfParent, sibling(pane, pane.parentWindowId), w.window);
      for (const { windowIds } of pane.previous)
        for (const id of windowIds) remove(this.followersOfWindow, sibling(pane, id), w.window);
    }
  }
}

/** Done windows in their order, then open ones by their starts. */
function inOrder(windows: Changes): Changes {
  const startOf = ([, w]: [WindowKey, WindowState | DoneWindow | null]) =>
    w?.kind === 'open' ? w.pane.startUs : Number.NEGATIVE_INFINITY;
  return new Map([...windows].sort((a, b) => compare(startOf(a), startOf(b))));
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Open windows of a key below which a step never looks for what can be forgotten. */
export const MIN_SWEEP = 8;

const none: ReadonlySet<WindowKey> = new Set();

const panesOf = (w: WindowState): readonly Pane[] => (w.waiting ? [w.pane, w.waiting.pane] : [w.pane]);

/** The key of another window of the same generation. */
export const sibling = ({ generation }: { readonly generation: number }, windowId: string): WindowKey =>
  windowKey({ windowId, generation });

/** Rough heap sizes, bytes: they decide only how much a cache holds. */
const WINDOW_WEIGHT = 1_000;
const EXECUTION_WEIGHT = 500;
const INPUT_WEIGHT = 100;
const FAILURE_WEIGHT = 1_000;

const weight = (w: WindowState): number =>
  w.executions.reduce(
    (sum, x) =>
      sum +
      (x === null
        ? 0
        : EXECUTION_WEIGHT +
          x.inputs.length * INPUT_WEIGHT +
          x.failures.length * FAILURE_WEIGHT +
          (x.settled?.resultBytes ?? 0)),
    WINDOW_WEIGHT + w.paneBytes + (w.waiting?.bytes ?? 0),
  );

function add(map: Map<string, Set<WindowKey>>, key: string, window: WindowKey): void {
  const set = map.get(key);
  if (set) set.add(window);
  else map.set(key, new Set([window]));
}

function remove(map: Map<string, Set<WindowKey>>, key: string, window: WindowKey): void {
  const set = map.get(key);
  if (set?.delete(window) && set.size === 0) map.delete(key);
}
