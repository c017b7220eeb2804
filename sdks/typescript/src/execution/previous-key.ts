import type { PreviousRelation } from '../definition/dependency.ts';

/** The text by which a pane names a `previous` dependency; sdks/conformance/golden/previous.json has one of each form. */
export function previousKey(relation: PreviousRelation): string {
  if ('count' in relation) {
    const { count, gap, withinUs } = relation;
    const gapText = gap === undefined ? '' : `, gap ${gap}`;
    return `previous(${count}${gapText}${withinUs === undefined ? '' : `, within ${withinUs}us`})`;
  }
  const { durationUs, gapUs } = relation;
  return `previous(${durationUs}us${gapUs === undefined ? '' : `, gap ${gapUs}us`})`;
}
