import type { PaneEvent } from '@windlass/contracts';
import type { WindowRecord } from '@windlass/windowing';

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
      return { event: { 'io.windlass.v1.ChildrenClosed': { ...closed, generation: 0 } } };
    }
    default:
      return record satisfies never;
  }
}
