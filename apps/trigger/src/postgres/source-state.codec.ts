import {
  emptySource,
  FOREVER,
  NEVER,
  noReports,
  nothingObserved,
  type ElementLog,
  type Noted,
  type SourceState,
  type TypeState,
  type WindowState,
} from '@windlass/windowing';
import { packHabit, packOffline, packRegress, unpackHabit, unpackOffline, unpackRegress } from './habit.codec.ts';
import { packSignalInto, unpackOutsideSignal } from './kept-signal.codec.ts';
import { packMember, packMembers, unpackMember, unpackMembers } from './members.codec.ts';
import { packMetadata, unpackMetadata } from './metadata.codec.ts';
import { packObserved, unpackObserved } from './observed.codec.ts';
import { detachedWindow, isPacked, packWindows, unpackWindows } from './packed-window.ts';
import { Packer, Unpacker } from './packing.ts';
import { packBlocks, unpackBlocks } from './sealed.codec.ts';
import { unpackWindow } from './window-state.codec.ts';

/** First byte of every row. A later layout takes the next number, and reads those before it as well. */
const LAYOUT = 4;

/** The state of one source, without what is stored apart (kept signals, past children). */
export function packState(state: SourceState): Buffer {
  const packer = new Packer();
  packer.count(LAYOUT);
  packer.integer(state.lastSeenUs);
  packer.integer(state.maxEventUs);
  packer.integer(state.toldUs);
  packer.nullable(state.timerUs, (us) => packer.integer(us));
  packer.flags(state.kept.length > 0 || state.keptFromUs !== NEVER);
  packer.integer(state.keptDeletedUs);
  packLog(packer, state.log);
  packer.list(state.emitted, (hash) => packer.hash(hash));
  packer.count(state.types.size);
  for (const [ref, type] of state.types) {
    packer.text(ref);
    packType(packer, type);
  }
  packer.nullable(state.offline, (offline) => packOffline(packer, offline));
  packRegress(packer, state.regress);
  packer.integer(state.keptOldestUs);
  packNoted(packer, state.noted);
  packBlocks(packer, state.sealed);
  packer.count(state.lastSealed);
  return packer.finish();
}

/**
 * Windows are read from the bytes when they are asked for, and copied from there when the state is packed: the bytes must stay as they are
 * for as long as the state, or one that came of it, is used. See {@link detached}.
 * @throws RangeError when the bytes are not a packed state of a layout we know.
 */
export function unpackState(bytes: Buffer): SourceState {
  const from = new Unpacker(bytes);
  const layout = from.count();
  if (layout < 1 || layout > LAYOUT)
    throw new RangeError(`packed state has layout ${layout}; this program reads 1 to ${LAYOUT}`);
  const state = {
    lastSeenUs: from.integer(),
    maxEventUs: from.integer(),
    toldUs: from.integer(),
    timerUs: from.nullable(() => from.integer()),
    kept: [],
    keptFromUs: from.flags() === 0 ? NEVER : FOREVER,
    keptDeletedUs: from.integer(),
    log: unpackLog(from),
    emitted: from.list(() => from.hash()),
    types: new Map(from.list(() => [from.text(), unpackType(from, layout)] as const)),
    offline: layout < 2 ? null : from.nullable(() => unpackOffline(from)),
    regress: layout < 2 ? emptySource.regress : unpackRegress(from),
  };
  if (layout < 2)
    return {
      ...state,
      keptOldestUs: state.keptFromUs === NEVER ? FOREVER : state.keptDeletedUs,
      noted: emptySource.noted,
      sealed: emptySource.sealed,
      lastSealed: emptySource.lastSealed,
    };
  return {
    ...state,
    keptOldestUs: from.integer(),
    noted: unpackNoted(from),
    sealed: layout < 4 ? emptySource.sealed : unpackBlocks(from),
    lastSealed: layout < 4 ? emptySource.lastSealed : from.count(),
  };
}

/** The same state without the bytes that it was unpacked from. */
export function detached(state: SourceState): SourceState {
  const types = new Map(state.types);
  for (const [ref, type] of types)
    if (type.windows.some(isPacked)) types.set(ref, { ...type, windows: type.windows.map(detachedWindow) });
  return { ...state, types };
}

function packNoted(packer: Packer, { minEventUs, unread, day, drops, leftOut }: Noted): void {
  packer.integer(minEventUs);
  packer.list(unread, ({ name, eventTimeUs }) => {
    packer.text(name);
    packer.integer(eventTimeUs);
  });
  packer.count(day);
  packer.count(drops);
  packer.count(leftOut);
}

const unpackNoted = (from: Unpacker): Noted => ({
  minEventUs: from.integer(),
  unread: from.list(() => ({ name: from.text(), eventTimeUs: from.integer() })),
  day: from.count(),
  drops: from.count(),
  leftOut: from.count(),
});

function packLog(packer: Packer, log: ElementLog): void {
  packer.integer(log.completeFromUs);
  packer.list(log.names, (name) => packer.text(name));
  packer.count(log.timesUs.length);
  let beforeUs = 0;
  for (let i = 0; i < log.timesUs.length; i++) {
    packer.integer(log.timesUs[i]! - beforeUs);
    beforeUs = log.timesUs[i]!;
    packer.hash(log.hashes[i]!);
    packer.count(log.counts[i]!);
    packer.count(log.nameIndexes[i]!);
  }
}

function unpackLog(from: Unpacker): ElementLog {
  const completeFromUs = from.integer();
  const names = from.list(() => from.text());
  const length = from.count();
  // Told how long they get: lists that grow as they are filled are allocated several times over. Bytes that end too early are refused
  // before a length that is none takes memory.
  from.expect(length);
  const timesUs = new Array<number>(length);
  const hashes = new Array<number>(length);
  const counts = new Array<number>(length);
  const nameIndexes = new Array<number>(length);
  let timeUs = 0;
  for (let i = 0; i < length; i++) {
    timeUs += from.integer();
    timesUs[i] = timeUs;
    hashes[i] = from.hash();
    counts[i] = from.count();
    nameIndexes[i] = from.count();
  }
  return { timesUs, hashes, counts, nameIndexes, names, completeFromUs };
}

function packType(packer: Packer, type: TypeState): void {
  packer.integer(type.watermarkUs);
  packer.integer(type.idleUs);
  packer.integer(type.idleAskedUs);
  packer.integer(type.floorUs);
  packer.integer(type.scheduleFromUs);
  packer.integer(type.scheduleToUs);
  packWindows(packer, type.windows);
  packer.list(type.past, ({ id, startUs }) => {
    packer.id(id);
    packer.integer(startUs);
  });
  packer.list(type.boundaries, ({ signal, refused }) => {
    packSignalInto(packer, signal);
    packer.flags(refused);
  });
  packer.list(type.spent, ({ startUs, correlation }) => {
    packer.integer(startUs);
    packer.nullable(correlation, (text) => packer.text(text));
  });
  packer.list(type.claims, (claim) => {
    packer.id(claim.upstreamId);
    packer.count(claim.run);
    packer.flags(claim.holds);
    packer.integer(claim.startUs);
    packer.nullable(claim.parentId, (id) => packer.id(id));
    packer.text(claim.executionId);
    packer.count(claim.depth);
    packMetadata(packer, claim.metadata);
    packer.integer(claim.openedAtUs);
  });
  packObserved(packer, type.observed);
  packMember(packer, type.member);
  packMembers(packer, type);
  packer.nullable(type.habit, (habit) => packHabit(packer, habit));
  packer.list(type.spacingsUs, (us) => packer.count(us));
  packer.integer(type.frontUs);
  packClosed(packer, type.closed);
}

/** Windows of a type mostly follow each other and are alike: each is told as it differs from the one before. */
function packClosed(packer: Packer, closed: TypeState['closed']): void {
  let before = { startUs: 0, endUs: 0 };
  packer.list(closed, ({ startUs, endUs, bucket }) => {
    packer.integer(startUs - before.startUs);
    packer.integer(endUs - startUs - (before.endUs - before.startUs));
    packer.count(bucket);
    before = { startUs, endUs };
  });
}

/** Rows of before have windows without their lengths. */
const windowsFrom = (from: Unpacker, layout: number): WindowState[] =>
  layout > 2 ? unpackWindows(from) : from.list(() => unpackWindow(from, layout > 1));

const unpackType = (from: Unpacker, layout: number): TypeState => ({
  watermarkUs: from.integer(),
  idleUs: from.integer(),
  idleAskedUs: from.integer(),
  floorUs: from.integer(),
  scheduleFromUs: from.integer(),
  scheduleToUs: from.integer(),
  windows: windowsFrom(from, layout),
  past: from.list(() => ({ id: from.id(), startUs: from.integer() })),
  boundaries: from.list(() => ({ signal: unpackOutsideSignal(from), refused: from.flags() === 1 })),
  spent: from.list(() => ({ startUs: from.integer(), correlation: from.nullable(() => from.text()) })),
  claims: from.list(() => {
    return {
      upstreamId: from.id(),
      run: from.count(),
      holds: from.flags() === 1,
      startUs: from.integer(),
      parentId: from.nullable(() => from.id()),
      executionId: from.text(),
      depth: from.count(),
      metadata: unpackMetadata(from),
      openedAtUs: from.integer(),
    };
  }),
  observed: layout < 2 ? nothingObserved : unpackObserved(from),
  member: layout < 2 ? noReports : unpackMember(from),
  ...(layout < 2 ? { members: new Map(), heardSinceUs: NEVER } : unpackMembers(from)),
  habit: layout < 2 ? null : from.nullable(() => unpackHabit(from)),
  spacingsUs: layout < 2 ? [] : from.list(() => from.count()),
  frontUs: layout < 2 ? NEVER : from.integer(),
  closed: layout < 2 ? [] : unpackClosed(from),
});

function unpackClosed(from: Unpacker): TypeState['closed'] {
  let startUs = 0;
  let lengthUs = 0;
  return from.list(() => {
    startUs += from.integer();
    lengthUs += from.integer();
    return { startUs, endUs: startUs + lengthUs, bucket: from.count() };
  });
}
