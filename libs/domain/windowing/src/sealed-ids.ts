import type { EpochUs } from '@windlass/dag';
import type { Draft } from './draft.ts';
import { loggedAt, takeFirst } from './element-log.ts';

/**
 * A block of elements that are remembered only to tell duplicates. Their ids are stored apart from the source's state, and read when an
 * element comes of a time within: what a source sends in order never asks for them (ADR 36).
 */
export interface SealedBlock {
  /** Grows with each block of a source. */
  readonly number: number;
  /** Event times of the first and the last of them. */
  readonly fromUs: EpochUs;
  readonly toUs: EpochUs;
}

/** What is stored of a block: hashes of the ids. */
export interface SealedIds {
  readonly number: number;
  readonly hashes: readonly number[];
}

/** Elements of a block. At least as many stay in the source's state. */
export const BLOCK_ELEMENTS = 500;
/** Blocks of one source: of 100,000 elements. The oldest go first; an element of theirs that comes again counts again. */
export const BLOCK_LIMIT = 200;

/**
 * Event time of the element that has this id already; undefined: none has, or it is not known yet and the step needs to read a block. Of
 * those in blocks only one of the same time is found.
 */
export function knownAt(draft: Draft, hash: number, timeUs: EpochUs): EpochUs | undefined {
  const atUs = loggedAt(draft.log, hash);
  if (atUs !== undefined) return atUs;
  for (const { number, fromUs, toUs } of draft.sealed) {
    if (timeUs < fromUs || toUs < timeUs) continue;
    const hashes = draft.sealedIds.get(number);
    if (hashes === undefined) draft.needsSealed.add(number);
    else if (hashes.has(hash)) return timeUs;
  }
  return undefined;
}

/** Takes the oldest elements out of the log, as many blocks as `mayGo` says of them are to go. */
export function seal(draft: Draft, mayGo: (index: number) => boolean): void {
  while (draft.log.timesUs.length >= 2 * BLOCK_ELEMENTS && allOf(BLOCK_ELEMENTS, mayGo)) {
    const { timesUs, hashes } = takeFirst(draft.log, BLOCK_ELEMENTS);
    const number = draft.lastSealed + 1;
    draft.lastSealed = number;
    draft.sealed = [...draft.sealed, { number, fromUs: timesUs[0]!, toUs: timesUs.at(-1)! }];
    draft.sealedAdded.push({ number, hashes });
  }
}

function allOf(count: number, holds: (index: number) => boolean): boolean {
  for (let i = count - 1; i >= 0; i--) if (!holds(i)) return false;
  return true;
}

/** Forgets blocks that lie before `neededUs`, and the oldest beyond the limit. */
export function pruneBlocks(draft: Draft, neededUs: EpochUs): void {
  const needed = draft.sealed.filter(({ toUs }) => toUs >= neededUs);
  const left = needed.slice(-BLOCK_LIMIT);
  draft.counts.forgotten += (needed.length - left.length) * BLOCK_ELEMENTS;
  if (left.length === draft.sealed.length) return;
  draft.sealed = left;
}

/** Of what a step has sealed and let go of, what is to be written and what to be deleted. */
export function sealedChange({ before, sealed, sealedAdded }: Draft): {
  readonly added: readonly SealedIds[];
  readonly gone: readonly number[];
} {
  if (before.sealed === sealed) return { added: [], gone: [] };
  const left = new Set(sealed.map(({ number }) => number));
  return {
    added: sealedAdded.filter(({ number }) => left.has(number)),
    gone: before.sealed.flatMap(({ number }) => (left.has(number) ? [] : [number])),
  };
}
