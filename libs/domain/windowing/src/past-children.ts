import type { EpochUs } from '@windlass/dag';
import { noteBehind } from './behind.ts';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { elementsBetween } from './element-log.ts';
import { note, withdrawnEvent } from './journal.ts';
import { NEVER } from './time.ts';
import type { Window } from './window.ts';

/** Children that are forgotten already lie outside: they are withdrawn by what is stored of them. */
export function cutPastChildren(draft: Draft, type: TypeDraft, parent: Window, endUs: EpochUs = parent.endUs): void {
  const past = draft.pastChildren.get(parent.id);
  if (!past || past.length < parent.pastChildren) {
    draft.needsPast.add(parent.id);
    return;
  }
  const isGone = endUs === NEVER;
  const outside = isGone ? null : { parentWindowId: parent.id, startUs: parent.startUs, endUs: parent.endUs };
  const reason = isGone ? 'its parent is withdrawn' : 'outside its parent';
  const kept = past.filter((child) => child.endUs <= endUs);
  for (const { id, version, windowType, startUs, endUs: childEndUs } of past.filter((child) => child.endUs > endUs)) {
    draft.records.push({
      kind: 'withdrawn',
      windowId: id,
      version: version + 1,
      windowType,
      key: draft.key,
      startUs,
      endUs: childEndUs,
      replacedBy: [],
      reason,
      outside,
    });
    note(draft, windowType, { id, startUs, endUs: childEndUs }, withdrawnEvent(reason, [], true));
    const childPlan = type.plan.children.find(({ ref }) => ref === windowType);
    if (childPlan) {
      const childType = typeIn(draft, childPlan);
      childType.past = childType.past.filter((one) => one.id !== id);
      // What of it still lies in the parent can be in no other: it is final there.
      if (!isGone)
        for (const element of elementsBetween(draft.log, startUs, endUs))
          if (childPlan.elements.has(element.name)) noteBehind(draft, childType, element);
    }
  }
  parent.pastChildren = kept.length;
  parent.pastChildrenEndUs = kept.reduce((max, child) => Math.max(max, child.endUs), NEVER);
  parent.childrenOpen = true;
  draft.pastReplaced.set(parent.id, kept);
}

/** What every record about a window begins with. */
export const about = (draft: Draft, { plan }: TypeDraft, window: Window) => ({
  windowId: window.id,
  version: window.version,
  windowType: plan.ref,
  key: draft.key,
  startUs: window.startUs,
  endUs: window.endUs,
});
