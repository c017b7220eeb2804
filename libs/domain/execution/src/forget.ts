import type { Draft } from './draft.ts';
import { forwardFirm } from './forward.ts';
import { isGuest } from './guest.ts';
import { sibling } from './key-state.ts';
import { areMembersSettled, isGuestNeeded, lastJoiners, memberWindows } from './members.ts';
import type { WindowKey } from './pane.ts';
import { isRead, type PlannedDependency } from './plan.ts';
import { mayBeRetried, retained } from './retained.ts';
import { isQuiet, nextRunOf, type WindowState } from './window-state.ts';

/** A window that nothing else reads or is read by need not be kept once it is quiet and nobody may retry anything of it. */
export function closeIfAlone(draft: Draft, w: WindowState): void {
  if (!isQuiet(w) || isGuest(w, draft.base.key) || mayBeRetried(w, draft.context)) return;
  const plan = draft.plan(w);
  if (w.withdrawn || (!plan.reads && !isRead(plan) && !isRead(draft.context.plans.latest(w.pane.windowType))))
    close(draft, w);
}

function close(draft: Draft, w: WindowState): void {
  const { window, version } = w;
  draft.close(window, { kind: 'done', window, version, nextRun: nextRunOf(w), doneUs: draft.context.nowUs });
}

/**
 * Closes every window that is firm, which means that neither it nor anything its results were made from can change, and that no
 * window still needs, or a person may want to retry. One look at all windows of the key, so it is done when they have doubled and when the key's timer fires.
 */
export function sweep(draft: Draft): void {
  const windows = openWindows(draft).sort((a, b) => a.pane.startUs - b.pane.startUs);
  const firmness = new Firmness(draft);
  const firm = windows.filter((w) => firmness.isFirm(w));
  const kept = retained(
    draft,
    windows.filter((w) => !isGuest(w, draft.base.key)),
  );
  const recent = lastOfEachType(draft, firm);
  const lastJoining = lastJoiners(firm);
  for (const w of firm) {
    if (isGuest(w, draft.base.key) || kept.has(w.window)) continue;
    if (!w.firm) forwardFirm(draft, draft.edit(w));
    const isLast = lastJoining.get(w.pane.windowType)?.window === w.window;
    if (!isLast && !recent.has(w.window) && !isNeeded(draft, w, { firmness, kept }))
      close(draft, draft.window(w.window)!);
  }
  const of = {
    isFirm: (w: WindowState) => firmness.isFirm(w),
    lastUs: (type: string) => lastJoining.get(type)?.startUs,
  };
  for (const w of windows) if (isGuest(w, draft.base.key) && !isGuestNeeded(draft, w, of)) close(draft, w);
}

export function openWindows(draft: Draft): WindowState[] {
  const windows: WindowState[] = [];
  for (const w of draft.base.all()) {
    const now = draft.window(w.window);
    if (now) windows.push(now);
  }
  for (const [key, w] of draft.changed) if (w?.kind === 'open' && !draft.base.window(key)) windows.push(w);
  return windows;
}

/** Forgets closed windows that are older than the retention, and the oldest beyond the limit. */
export function forgetDone(draft: Draft): void {
  const { limits, nowUs } = draft.context;
  let excess = draft.base.doneCount - limits.doneWindows;
  for (const done of draft.base.allDone()) {
    if (excess <= 0 && done.doneUs + limits.retentionUs > nowUs) return;
    if (draft.done(done.window)) draft.close(done.window, null);
    excess--;
  }
}

/** Whether executions can still change, remembered for one sweep. Execution by execution, because a window and its parent may read each other. */
class Firmness {
  private readonly known = new Map<WindowKey, (boolean | undefined)[]>();
  constructor(private readonly draft: Draft) {}

  isFirm(w: WindowState): boolean {
    if (w.withdrawn || w.firm) return true;
    return isQuiet(w) && this.draft.plan(w).algorithms.every((_, index) => this.of(w, index));
  }

  private of(w: WindowState, index: number): boolean {
    if (w.firm) return true;
    const list = this.known.get(w.window) ?? [];
    this.known.set(w.window, list);
    return (list[index] ??=
      isQuiet(w) && this.draft.plan(w).algorithms[index]!.dependencies.every((d) => this.isInputFirm(w, d)));
  }

  private isInputFirm(w: WindowState, d: PlannedDependency): boolean {
    const over = (id: string, unknown: boolean) =>
      this.isFirmOver(sibling(w.pane, id), d.dependency.algorithm, unknown);
    switch (d.kind) {
      case 'same':
        return d.sameIndex < 0 || this.of(w, d.sameIndex);
      case 'parent':
        return w.pane.parentWindowId === null || over(w.pane.parentWindowId, false);
      case 'previous':
        return w.pane.previous.every(
          (p) => p.dependency !== d.previousKey || p.windowIds.every((id) => over(id, true)),
        );
      case 'children':
        return d.childTypes.every((type) => w.children[type]?.every((id) => over(id, true)) ?? false);
      case 'members':
        return (
          areMembersSettled(this.draft, w) && memberWindows(this.draft, w, d.memberTypes).every((guest) => guest.firm)
        );
      default:
        return d.kind satisfies never;
    }
  }

  private isFirmOver(key: WindowKey, algorithm: string, unknown: boolean): boolean {
    const upstream = this.draft.window(key);
    if (!upstream) return unknown || this.draft.done(key) !== undefined;
    if (upstream.withdrawn) return true;
    const index = this.draft.plan(upstream).indexOf.get(algorithm);
    return index === undefined ? isQuiet(upstream) : this.of(upstream, index);
  }
}

/** Firm windows that one still to come may name as previous: the last of each type, as far back as its algorithms look. */
function lastOfEachType(draft: Draft, firm: readonly WindowState[]): ReadonlySet<WindowKey> {
  const kept = new Set<WindowKey>();
  const byType = new Map<string, WindowState[]>();
  for (const w of firm) {
    if (w.withdrawn || isGuest(w, draft.base.key)) continue;
    const type = `${w.pane.windowType}/${w.pane.generation}`;
    const list = byType.get(type);
    if (list) list.push(w);
    else byType.set(type, [w]);
  }
  for (const list of byType.values()) {
    const history = draft.context.plans.latest(list[0]!.pane.windowType).history;
    if (!history) continue;
    const last = list.at(-1)!.pane.startUs;
    list.forEach(({ pane, window }, i) => {
      if (i >= list.length - history.count || pane.startUs >= last - history.durationUs) kept.add(window);
    });
  }
  return kept;
}

function isNeeded(
  draft: Draft,
  w: WindowState,
  { firmness, kept }: { readonly firmness: Firmness; readonly kept: ReadonlySet<WindowKey> },
): boolean {
  if (w.withdrawn) return false;
  const isUnsettled = (key: WindowKey) => {
    const reader = draft.window(key);
    return reader !== undefined && (kept.has(key) || !firmness.isFirm(reader));
  };
  for (const follower of draft.base.followersOf(w.window)) if (isUnsettled(follower)) return true;
  const plans = [draft.plan(w), draft.context.plans.latest(w.pane.windowType)];
  const readers = plans.flatMap(({ readByChildren }) => readByChildren);
  if (readers.some((type) => w.children[type] === undefined)) return true;
  if (readers.length > 0) for (const child of draft.base.childrenOf(w.window)) if (isUnsettled(child)) return true;
  if (w.pane.parentWindowId === null || !plans.some(({ readByParent }) => readByParent)) return false;
  const parent = sibling(w.pane, w.pane.parentWindowId);
  return draft.window(parent) ? isUnsettled(parent) : draft.done(parent) === undefined;
}
