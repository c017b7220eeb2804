import { ENDLESS, type WindowState } from '@windlass/windowing';
import { packMetadata, unpackMetadata } from './metadata.codec.ts';
import type { Packer, Unpacker } from './packing.ts';

/** Most windows are opened by event time, have no children and nothing due: a flag each, and no bytes. */
export function packWindow(packer: Packer, window: WindowState): void {
  const { origin, openedAtElement, openedAtUs, closingMetadata, parentId, earlyDueUs, lateDueUs } = window;
  const published = Object.entries(window.childrenPublished);
  const hasChildren = window.pastChildren > 0 || published.length > 0;
  const hasMetadata = Object.keys(window.metadata).length > 0;
  packer.id(window.id);
  packer.integer(window.startUs);
  packer.count(window.endUs === ENDLESS ? 0 : window.endUs - window.startUs);
  packer.flags(
    window.fired,
    window.finalized,
    window.dirty,
    window.lateBorn,
    window.withdrawn,
    window.childrenOpen,
    window.awaitsFinal,
    parentId !== null,
    hasMetadata,
    closingMetadata !== null,
    openedAtElement !== null,
    openedAtUs !== null,
    origin !== null,
    earlyDueUs !== null,
    lateDueUs !== null,
    hasChildren,
    window.outcomeAtUs !== null,
  );
  packer.integer(window.elements);
  packer.integer(window.firedElements);
  packer.integer(window.revision);
  packer.count(window.version);
  packer.integer(window.awaited);
  packer.integer(window.completed);
  packer.count(window.depth);
  if (parentId !== null) packer.id(parentId);
  if (hasMetadata) packMetadata(packer, window.metadata);
  if (closingMetadata) packMetadata(packer, closingMetadata);
  if (openedAtElement) {
    packer.integer(openedAtElement.timeUs);
    packer.hash(openedAtElement.hash);
  }
  if (openedAtUs !== null) packer.integer(openedAtUs);
  if (origin) {
    packer.id(origin.windowId);
    packer.text(origin.algorithm);
    packer.nullable(origin.executionId, (id) => packer.text(id));
    packer.count(origin.run);
  }
  if (earlyDueUs !== null) packer.integer(earlyDueUs);
  if (lateDueUs !== null) packer.integer(lateDueUs);
  if (window.outcomeAtUs !== null) packer.integer(window.outcomeAtUs);
  if (hasChildren) {
    packer.count(window.pastChildren);
    packer.integer(window.pastChildrenEndUs);
    packer.list(published, ([ref, hash]) => {
      packer.text(ref);
      packer.hash(hash);
    });
  }
  packer.count(window.neededUs);
  packer.integer(window.firstElements);
  packer.integer(window.onTimeElements);
}

/** `seen`: with what the dial wants to know of it. */
export function unpackWindow(from: Unpacker, { seen }: { readonly seen: boolean }): WindowState {
  const id = from.id();
  const startUs = from.integer();
  const lengthUs = from.count();
  const flags = from.flags();
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
  return {
    id,
    startUs,
    endUs: lengthUs === 0 ? ENDLESS : startUs + lengthUs,
    fired: has(0),
    finalized: has(1),
    dirty: has(2),
    lateBorn: has(3),
    withdrawn: has(4),
    childrenOpen: has(5),
    awaitsFinal: has(6),
    elements: from.integer(),
    firedElements: from.integer(),
    revision: from.integer(),
    version: from.count(),
    awaited: from.integer(),
    completed: from.integer(),
    depth: from.count(),
    parentId: has(7) ? from.id() : null,
    metadata: has(8) ? unpackMetadata(from) : {},
    closingMetadata: has(9) ? unpackMetadata(from) : null,
    openedAtElement: has(10) ? { timeUs: from.integer(), hash: from.hash() } : null,
    openedAtUs: has(11) ? from.integer() : null,
    origin: has(12)
      ? {
          windowId: from.id(),
          algorithm: from.text(),
          executionId: from.nullable(() => from.text()),
          run: from.count(),
        }
      : null,
    earlyDueUs: has(13) ? from.integer() : null,
    lateDueUs: has(14) ? from.integer() : null,
    outcomeAtUs: has(16) ? from.integer() : null,
    ...(has(15)
      ? {
          pastChildren: from.count(),
          pastChildrenEndUs: from.integer(),
          childrenPublished: Object.fromEntries(from.list(() => [from.text(), from.hash()] as const)),
        }
      : { pastChildren: 0, pastChildrenEndUs: NO_PAST, childrenPublished: {} }),
    neededUs: seen ? from.count() : 0,
    firstElements: seen ? from.integer() : 0,
    onTimeElements: seen ? from.integer() : 0,
  };
}

const NO_PAST = Number.MIN_SAFE_INTEGER;
