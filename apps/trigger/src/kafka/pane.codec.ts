import type { PaneEvent } from '@windlass/contracts';
import { hashedId } from '@windlass/dag';
import type { MemberClosed, WindowRecord } from '@windlass/windowing';

/** Panes of the live lane: generation 0. */
export function toPaneEvent(record: WindowRecord): PaneEvent {
  switch (record.kind) {
    case 'pane': {
      const { kind: _, ...pane } = record;
      return { event: { 'io.windlass.v1.Pane': { ...pane, generation: 0, lane: 'LIVE' } } };
    }
    case 'withdrawn': {
      const { kind: _, ...withdrawn } = record;
      return { event: { 'io.windlass.v1.WindowWithdrawn': { ...withdrawn, generation: 0 } } };
    }
    case 'finalized': {
      const { kind: _, ...finalized } = record;
      return { event: { 'io.windlass.v1.WindowFinalized': { ...finalized, generation: 0 } } };
    }
    case 'childrenClosed': {
      const { kind: _, ...closed } = record;
      return { event: { 'io.windlass.v1.ChildrenClosed': { ...closed, generation: 0, member: null } } };
    }
    default:
      return record satisfies never;
  }
}

/** The union of the panes topic cannot grow, so it travels in the record that is nearest to it, of a window that nobody has. */
export function toMemberClosed({ windowType, key, ...member }: MemberClosed) {
  const { closedUs } = member;
  const windowId = hashedId(['member', key, windowType]);
  const bounds = { startUs: closedUs - 1, endUs: closedUs };
  const nobody = { windowId, generation: 0, version: 0, windowType, key, childType: windowType, childWindowIds: [] };
  return { event: { 'io.windlass.v1.ChildrenClosed': { ...nobody, ...bounds, member } } };
}
