import { type GridOpening, isGrid, type WindowType } from '../model.ts';

/** From one window of a grid to the next. */
export const stepOf = (open: GridOpening): number => (open.kind === 'sliding' ? open.slideUs : open.sizeUs);

/** Of two grids that go on for ever: how long after the start of an outer window an inner one begins, where that is soonest. */
export function soonestUs(inner: GridOpening, outer: GridOpening): number {
  // They are shifted by each multiple of this.
  const togetherUs = commonDivisor(stepOf(inner), stepOf(outer));
  const shiftUs = (inner.offsetUs - outer.offsetUs) % togetherUs;
  return shiftUs < 0 ? shiftUs + togetherUs : shiftUs;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Whether some window of the one type may lie whole within one of the other, a group's grid, as far as their lengths alone tell. */
export function mayLieWithin({ open, parent }: WindowType, { open: outer }: WindowType): boolean {
  if (!isGrid(outer)) return true;
  if (open.kind === 'point') return open.beforeUs + open.afterUs <= outer.sizeUs;
  // What lies in others may be cut.
  return !isGrid(open) || parent !== undefined || soonestUs(open, outer) + open.sizeUs <= outer.sizeUs;
}
