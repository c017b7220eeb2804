import type { EpochUs } from '@windlass/dag';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { isElementBorn } from './span.ts';
import { NEVER } from './time.ts';
import type { Window } from './window.ts';

/** Windows of a type are kept in order of start, then id: neither ever changes. */
export const precedes = (
  a: { readonly startUs: EpochUs; readonly id: string },
  b: { readonly startUs: EpochUs; readonly id: string },
): boolean => a.startUs < b.startUs || (a.startUs === b.startUs && a.id < b.id);

/** Index of the first window with start ≥ `startUs`. */
export function indexAt(windows: readonly Window[], startUs: EpochUs): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (windows[middle]!.startUs < startUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the window is, or would be put. */
export function indexOf(
  windows: readonly Window[],
  window: { readonly startUs: EpochUs; readonly id: string },
): number {
  let at = indexAt(windows, window.startUs);
  while (at < windows.length && precedes(windows[at]!, window)) at++;
  return at;
}

/** The window of this parent that starts here; withdrawn ones too. */
export function windowAt(type: TypeDraft, startUs: EpochUs, parentId: string | null): Window | undefined {
  for (let i = indexAt(type.windows, startUs); i < type.windows.length; i++) {
    const window = type.windows[i]!;
    if (window.startUs !== startUs) return undefined;
    if (window.parentId === parentId) return window;
  }
  return undefined;
}

export const windowById = (type: TypeDraft, id: string): Window | undefined =>
  type.windows.find((window) => window.id === id);

/** Windows of a grid end in the order of their starts; those of several parents, or opened one by one, need not. */
const endInOrder = ({ plan }: TypeDraft): boolean => plan.parent === null && isElementBorn(plan);

/** The windows that hold and contain `timeUs`, newest start first. */
export function containing(type: TypeDraft, timeUs: EpochUs): Window[] {
  const found: Window[] = [];
  const ordered = endInOrder(type);
  for (let i = indexAt(type.windows, timeUs + 1) - 1; i >= 0; i--) {
    const window = type.windows[i]!;
    if (window.withdrawn) continue;
    if (window.endUs > timeUs) found.push(window);
    else if (ordered) break;
  }
  return found;
}

export const childrenOf = (type: TypeDraft, parentId: string): Window[] =>
  type.windows.filter((window) => window.parentId === parentId && !window.withdrawn);

export function insert(type: TypeDraft, window: Window): void {
  type.windows.splice(indexOf(type.windows, window), 0, window);
  look(type);
}

export function remove(type: TypeDraft, window: Window): void {
  type.windows.splice(indexOf(type.windows, window), 1);
}

/** What fires or ends next is not known any more. */
export function look(type: TypeDraft): void {
  type.nextFireUs = NEVER;
  type.nextFinalUs = NEVER;
}

/** A child has come, gone or fired: `children closed` must be judged again. */
export function touchParent(draft: Draft, type: TypeDraft, window: Window): void {
  if (window.parentId === null || !type.plan.parent) return;
  const parent = windowById(typeIn(draft, type.plan.parent), window.parentId);
  if (parent) parent.childrenOpen = true;
}
