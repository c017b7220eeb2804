import type { EpochUs } from '@windlass/dag';
import { isDone, isSettledWithin } from './children.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { nextEdgeUs } from './members.ts';
import type { TypePlan } from './plan.ts';
import { FOREVER, NEVER } from './time.ts';
import type { Window } from './window.ts';

/**
 * Tells the router how far this source is with what its groups' windows join: after the panes of all windows that this means, where the
 * end of a group's window was passed since it was last told, or what is inside has become final.
 */
export function tellClosed(draft: Draft): void {
  for (const plan of draft.plan.memberTypes) {
    if (plan.joins === null) continue;
    const joined = plan.joins.flatMap((ref) => draft.plan.byRef.get(ref) ?? []);
    if (![plan, ...joined].some(({ ref, parent }) => draft.types.has(ref) || draft.types.has(parent?.ref ?? '')))
      continue;
    const type = typeIn(draft, plan);
    if (type.watermarkUs === NEVER && type.idleUs === NEVER) continue;
    const closedUs = frontier(draft, type, joined, { timeOf: firingWatermark, isOver: isSettledWithin });
    const settledUs = frontier(draft, type, joined, { timeOf: ({ floorUs }) => floorUs, isOver: isDone });
    const { closesUs, settlesUs } = type.member;
    if (closedUs === NEVER || (closedUs < closesUs && settledUs < settlesUs)) continue;
    const sequence = Math.max(1, type.member.sequence);
    type.member = {
      ...type.member,
      sequence,
      closesUs: nextEdgeUs(plan, closedUs),
      settlesUs: nextEdgeUs(plan, settledUs),
    };
    draft.closings.push({
      windowType: plan.ref,
      key: draft.key,
      groups: plan.groups,
      closedUs,
      settledUs: settledUs === NEVER ? null : settledUs,
      dagRevision: draft.plan.dagRevision,
    });
  }
}

/** Up to where all is told of the group's windows and of those that they join. */
function frontier(
  draft: Draft,
  type: TypeDraft,
  joined: readonly TypePlan[],
  of: {
    readonly timeOf: (type: TypeDraft) => EpochUs;
    /** Nothing can be opened any more by results over a window and what lies in it. */
    readonly isOver: (draft: Draft, type: TypeDraft, window: Window) => boolean;
  },
): EpochUs {
  let untilUs = of.timeOf(type);
  for (const plan of joined) {
    if (!plan.openedByResults) {
      untilUs = Math.min(untilUs, of.timeOf(typeIn(draft, plan)));
      continue;
    }
    // What results open lies where their windows do: in those of the parent type that are not over yet.
    const hosts = plan.parent ? typeIn(draft, plan.parent) : null;
    for (const window of hosts?.windows ?? [])
      if (!window.withdrawn && !(window.fired && of.isOver(draft, hosts!, window)))
        untilUs = Math.min(untilUs, window.startUs);
  }
  return untilUs === FOREVER ? NEVER : untilUs;
}
