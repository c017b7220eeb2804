import type { WindowState } from '@windlass/windowing';
import type { Packer } from './packing.ts';
import { packWindow } from './window-state.codec.ts';

/** Windows of a type as they were unpacked, and where each lies in the bytes that they came from. */
export interface UnpackedWindows {
  readonly windows: readonly WindowState[];
  /** Where each begins, and where the last one ends. */
  readonly places: readonly number[];
}

/** Packs windows; the bytes of those that are as they were are copied, in as few pieces as they lie in. */
export function packWindows(
  packer: Packer,
  windows: readonly WindowState[],
  from: { readonly bytes: Buffer; readonly known: UnpackedWindows } | null,
): void {
  packer.count(windows.length);
  if (!from) return windows.forEach((window) => packWindow(packer, window));
  const { bytes, known } = from;
  let next = 0;
  let [begin, end] = [0, 0];
  for (const window of windows) {
    const at = indexOf(known.windows, window.id, next);
    if (at >= 0) next = at + 1;
    if (at >= 0 && isSame(window, known.windows[at]!)) {
      if (known.places[at] !== end) {
        packer.copy(bytes, begin, end);
        begin = known.places[at]!;
      }
      end = known.places[at + 1]!;
      continue;
    }
    packer.copy(bytes, begin, end);
    begin = end = 0;
    packWindow(packer, window);
  }
  packer.copy(bytes, begin, end);
}

function indexOf(windows: readonly WindowState[], id: string, from: number): number {
  for (let at = from; at < windows.length; at++) if (windows[at]!.id === id) return at;
  return -1;
}

/** Field by field, what changes most often first: a loop over names takes longer than packing does. */
export const isSame = (a: WindowState, b: WindowState): boolean =>
  a.elements === b.elements &&
  a.dirty === b.dirty &&
  a.version === b.version &&
  a.revision === b.revision &&
  a.id === b.id &&
  a.startUs === b.startUs &&
  a.endUs === b.endUs &&
  a.parentId === b.parentId &&
  a.firedElements === b.firedElements &&
  a.fired === b.fired &&
  a.finalized === b.finalized &&
  a.lateBorn === b.lateBorn &&
  a.withdrawn === b.withdrawn &&
  a.childrenOpen === b.childrenOpen &&
  a.awaited === b.awaited &&
  a.completed === b.completed &&
  a.awaitsFinal === b.awaitsFinal &&
  a.metadata === b.metadata &&
  a.closingMetadata === b.closingMetadata &&
  a.openedAtElement === b.openedAtElement &&
  a.openedAtUs === b.openedAtUs &&
  a.origin === b.origin &&
  a.depth === b.depth &&
  a.earlyDueUs === b.earlyDueUs &&
  a.lateDueUs === b.lateDueUs &&
  a.outcomeAtUs === b.outcomeAtUs &&
  a.pastChildren === b.pastChildren &&
  a.pastChildrenEndUs === b.pastChildrenEndUs &&
  a.childrenPublished === b.childrenPublished &&
  a.neededUs === b.neededUs &&
  a.firstElements === b.firstElements &&
  a.onTimeElements === b.onTimeElements;
