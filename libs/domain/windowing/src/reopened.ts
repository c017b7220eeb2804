import { isGrid, isObserved, type EpochUs } from '@windlass/dag';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { spansIn } from './life.ts';
import { observedElementsFromUs } from './observed-windows.ts';
import type { TypePlan } from './plan.ts';
import { isStartSettled } from './settled.ts';
import { FOREVER, NEVER, shifted } from './time.ts';

/** Windows that start before this are not opened, nor moved, any more: neither of the type nor of those it lies in. */
export function reopenedFrom(draft: Draft, plan: TypePlan): EpochUs {
  const own = startsFrom(draft, plan);
  if (!plan.parent) return own;
  const parents = reopenedFrom(draft, plan.parent);
  const oldest = plan.openedByResults
    ? typeIn(draft, plan.parent).windows.find(({ withdrawn }) => !withdrawn)
    : undefined;
  return Math.min(own, parents, oldest?.startUs ?? FOREVER);
}

/** What is looked at before this opens and moves no window of the type any more. */
export const movedFrom = (draft: Draft, { ref, parent }: TypePlan): EpochUs =>
  Math.min(draft.types.get(ref)?.floorUs ?? NEVER, parent ? reopenedFrom(draft, parent) : FOREVER);

/** Windows of a type that start before this are not opened any more. */
export function startsFrom(draft: Draft, plan: TypePlan): EpochUs {
  const type = typeIn(draft, plan);
  const { floorUs } = type;
  if (floorUs === NEVER || floorUs === FOREVER) return floorUs;
  const { open } = plan.type;
  if (plan.startsMove)
    return Math.min(shifted(floorUs, -(open.kind === 'session' ? open.gapUs : 0)), unsettledFrom(type));
  if (isObserved(open)) return observedElementsFromUs(draft, type, open, floorUs);
  if (open.kind === 'point') return shifted(floorUs, -open.beforeUs - open.afterUs);
  if (!plan.parent) return spansIn(draft, plan, null, floorUs)[0]?.startUs ?? floorUs;
  return isGrid(open) ? shifted(floorUs, -open.sizeUs) : floorUs;
}

/** The start of the first window that may still merge. */
const unsettledFrom = (type: TypeDraft): EpochUs =>
  type.windows.find((window) => !window.withdrawn && !isStartSettled(type, window))?.startUs ?? FOREVER;
