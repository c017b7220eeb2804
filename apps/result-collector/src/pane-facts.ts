import type { Pane, PaneEvent, WindowFinalized, WindowWithdrawn } from '@windlass/contracts';
import type { ChildBounds, PaneFact, WindowFact } from './ports.ts';

type Header = Pick<Pane, 'windowId' | 'generation' | 'version' | 'windowType' | 'key' | 'startUs' | 'endUs'>;

const headerOf = (slot: number, { windowId, generation, version, windowType, key, startUs, endUs }: Header) => ({
  slot,
  windowId,
  generation,
  version,
  windowType,
  key,
  startUs,
  endUs,
});

/** The row of one firing; nothing when the event is none. */
export function paneFact(slot: number, { event }: PaneEvent): PaneFact | undefined {
  if (!('io.windlass.v1.Pane' in event)) return undefined;
  const pane = event['io.windlass.v1.Pane'];
  const { windowId, generation, version, startUs, endUs } = headerOf(slot, pane);
  const { revision, timing, isFinal, elements, added, completeness, gapUs, watermarkUs } = pane;
  const { dagRevision, policyRevision, firedAtUs } = pane;
  return {
    ...{ slot, windowId, generation, version, startUs, endUs },
    ...{ revision, timing, isFinal, elements, added, completeness, gapUs, watermarkUs },
    ...{ dagRevision, policyRevision, firedAtUs },
  };
}

/** What a trigger's event says of its window, or of its window's children. */
export function windowOfPaneEvent(
  slot: number,
  { event }: PaneEvent,
  nowUs: number,
): { readonly window?: WindowFact; readonly bounds?: ChildBounds } {
  if ('io.windlass.v1.Pane' in event) return { window: fired(slot, event['io.windlass.v1.Pane']) };
  if ('io.windlass.v1.WindowFinalized' in event)
    return { window: finalized(slot, event['io.windlass.v1.WindowFinalized']) };
  if ('io.windlass.v1.WindowWithdrawn' in event) return withdrawn(slot, event['io.windlass.v1.WindowWithdrawn'], nowUs);
  return {}; // The children themselves tell whose they are.
}

function fired(slot: number, pane: Pane): WindowFact {
  return {
    ...headerOf(slot, pane),
    revision: pane.revision,
    state: pane.isFinal ? 'FINAL' : 'OPEN',
    stateAtUs: pane.firedAtUs,
    metadata: pane.metadata,
    lane: pane.lane,
    depth: pane.depth,
    ...(pane.parentWindowId === null ? {} : { parentWindowId: pane.parentWindowId }),
    ...(pane.openedBy === null ? {} : { openedBy: { ...pane.openedBy } }),
  };
}

const finalized = (slot: number, record: WindowFinalized): WindowFact => ({
  ...headerOf(slot, record),
  revision: record.revision,
  state: 'FINAL',
  stateAtUs: record.finalizedAtUs,
});

function withdrawn(
  slot: number,
  record: WindowWithdrawn,
  nowUs: number,
): { readonly window?: WindowFact; readonly bounds?: ChildBounds } {
  const { outside, reason, replacedBy, generation } = record;
  if (outside) return { bounds: { slot, generation, ...outside, reason, atUs: nowUs } };
  return {
    window: { ...headerOf(slot, record), state: 'WITHDRAWN', stateAtUs: nowUs, stateReason: reason, replacedBy },
  };
}
