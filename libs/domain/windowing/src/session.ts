import type { EpochUs } from '@windlass/dag';
import type { TypeDraft } from './draft.ts';
import { indexAt } from './windows.ts';
import type { Window } from './window.ts';

/** What an element does to the sessions of one parent. */
export interface Merge {
  /** Bounds of the session that holds the element and all that it touches. */
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** Those that become this one session, in order of start. */
  readonly overlapping: readonly Window[];
}

/**
 * An element makes [t, t + gap), cut at the parent's end; windows that overlap are one session, windows that only touch are two.
 * What is final is not touched.
 */
export function mergeAt(
  type: TypeDraft,
  {
    parent,
    timeUs,
    gapUs,
    untilUs,
  }: {
    readonly parent: Window | null;
    readonly timeUs: EpochUs;
    readonly gapUs: number;
    /** Where the source's life ends: without a parent, a window that lasts as long does. */
    readonly untilUs: EpochUs;
  },
): Merge {
  const own = { startUs: timeUs, endUs: Math.min(timeUs + gapUs, parent?.endUs ?? untilUs) };
  const overlapping: Window[] = [];
  for (let i = indexAt(type.windows, own.endUs) - 1; i >= 0; i--) {
    const window = type.windows[i]!;
    if (window.parentId !== (parent?.id ?? null) || window.withdrawn || window.finalized) continue;
    if (window.endUs <= timeUs) break;
    overlapping.unshift(window);
  }
  return {
    startUs: Math.min(own.startUs, overlapping[0]?.startUs ?? own.startUs),
    endUs: Math.max(own.endUs, ...overlapping.map(({ endUs }) => endUs)),
    overlapping,
  };
}
