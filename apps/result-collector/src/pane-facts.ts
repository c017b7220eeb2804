import type { Pane, PaneEvent, WindowFinalized, WindowWithdrawn } from '@windlass/contracts';
import type { ChildBounds, PaneFact, WindowChange, WindowFact } from './facts.ts';

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
  const { metadata, dagRevision, policyRevision, firedAtUs } = pane;
  return {
    ...{ slot, windowId, generation, version, startUs, endUs },
    ...{ revision, timing, isFinal, elements, added, completeness, gapUs, watermarkUs },
    ...{ metadata, dagRevision, policyRevision, firedAtUs },
  };
}

interface Told {
  readonly window?: WindowFact;
  readonly change?: WindowChange;
  readonly bounds?: ChildBounds;
}

/** What a trigger's event says of its window, or of its window's children; `atUs`: when Kafka took it. */
export function windowOfPaneEvent(slot: number, { event }: PaneEvent, atUs: number): Told {
  if ('io.windlass.v1.Pane' in event) return { window: fired(slot, event['io.windlass.v1.Pane']) };
  if ('io.windlass.v1.WindowFinalized' in event)
    return { window: finalized(slot, event['io.windlass.v1.WindowFinalized']) };
  if ('io.windlass.v1.WindowWithdrawn' in event) return withdrawn(slot, event['io.windlass.v1.WindowWithdrawn'], atUs);
  return {}; // The children themselves tell whose they are.
}

const fired = (slot: number, pane: Pane): WindowFact => ({
  ...headerOf(slot, pane),
  revision: pane.revision,
  state: pane.isFinal ? 'FINAL' : 'OPEN',
  stateAtUs: pane.firedAtUs,
  lane: pane.lane,
  depth: pane.depth,
  ...(pane.parentWindowId === null ? {} : { parentWindowId: pane.parentWindowId }),
  ...(pane.openedBy === null ? {} : { openedBy: { ...pane.openedBy } }),
});

function finalized(slot: number, record: WindowFinalized): WindowFact {
  const { version, revision, finalizedAtUs: atUs } = record;
  return {
    ...headerOf(slot, record),
    ...{ revision, stateAtUs: atUs, finality: { version, revision, atUs } },
    state: 'FINAL',
  };
}

function withdrawn(slot: number, record: WindowWithdrawn, atUs: number): Told {
  const { outside, reason, replacedBy, windowId, generation, startUs, version } = record;
  if (outside) return { bounds: { slot, generation, version, ...outside, reason, atUs } };
  return {
    window: { ...headerOf(slot, record), state: 'WITHDRAWN', stateAtUs: atUs, stateReason: reason, replacedBy },
    change: {
      ...{ slot, windowId, generation, startUs, version, atUs, reason, replacedBy },
      kind: 'WITHDRAWN',
      revision: null,
    },
  };
}
