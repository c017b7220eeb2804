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

/** Places of the flags of a packed window: what is so, or that something is there and follows. In the order of {@link packWindow}. */
export const FLAG = {
  fired: 0,
  finalized: 1,
  dirty: 2,
  lateBorn: 3,
  withdrawn: 4,
  childrenOpen: 5,
  awaitsFinal: 6,
  parentId: 7,
  metadata: 8,
  closingMetadata: 9,
  openedAtElement: 10,
  openedAtUs: 11,
  origin: 12,
  earlyDueUs: 13,
  lateDueUs: 14,
  children: 15,
  outcomeAtUs: 16,
} as const;

/** `seen`: with what the dial wants to know of it. */
export function unpackWindow(from: Unpacker, seen: boolean): WindowState {
  const id = from.id();
  const startUs = from.integer();
  const lengthUs = from.count();
  const flags = from.flags();
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
  const elements = from.integer();
  const firedElements = from.integer();
  const revision = from.integer();
  const version = from.count();
  const awaited = from.integer();
  const completed = from.integer();
  const depth = from.count();
  const parentId = has(FLAG.parentId) ? from.id() : null;
  const metadata = has(FLAG.metadata) ? unpackMetadata(from) : noMetadata;
  const closingMetadata = has(FLAG.closingMetadata) ? unpackMetadata(from) : null;
  const openedAtElement = has(FLAG.openedAtElement) ? { timeUs: from.integer(), hash: from.hash() } : null;
  const openedAtUs = has(FLAG.openedAtUs) ? from.integer() : null;
  const origin = has(FLAG.origin) ? unpackOrigin(from) : null;
  const earlyDueUs = has(FLAG.earlyDueUs) ? from.integer() : null;
  const lateDueUs = has(FLAG.lateDueUs) ? from.integer() : null;
  const outcomeAtUs = has(FLAG.outcomeAtUs) ? from.integer() : null;
  const hasChildren = has(FLAG.children);
  // One literal without others spread into it: there are very many windows.
  return {
    id,
    startUs,
    endUs: lengthUs === 0 ? ENDLESS : startUs + lengthUs,
    fired: has(FLAG.fired),
    finalized: has(FLAG.finalized),
    dirty: has(FLAG.dirty),
    lateBorn: has(FLAG.lateBorn),
    withdrawn: has(FLAG.withdrawn),
    childrenOpen: has(FLAG.childrenOpen),
    awaitsFinal: has(FLAG.awaitsFinal),
    elements,
    firedElements,
    revision,
    version,
    awaited,
    completed,
    depth,
    parentId,
    metadata,
    closingMetadata,
    openedAtElement,
    openedAtUs,
    origin,
    earlyDueUs,
    lateDueUs,
    outcomeAtUs,
    pastChildren: hasChildren ? from.count() : 0,
    pastChildrenEndUs: hasChildren ? from.integer() : NO_PAST,
    childrenPublished: hasChildren ? unpackPublished(from) : nonePublished,
    neededUs: seen ? from.count() : 0,
    firstElements: seen ? from.integer() : 0,
    onTimeElements: seen ? from.integer() : 0,
  };
}

const unpackOrigin = (from: Unpacker): NonNullable<WindowState['origin']> => ({
  windowId: from.id(),
  algorithm: from.text(),
  executionId: from.nullable(() => from.text()),
  run: from.count(),
});

const unpackPublished = (from: Unpacker): WindowState['childrenPublished'] =>
  Object.fromEntries(from.list(() => [from.text(), from.hash()] as const));

const noMetadata: WindowState['metadata'] = {};
const nonePublished: WindowState['childrenPublished'] = {};
const NO_PAST = Number.MIN_SAFE_INTEGER;
