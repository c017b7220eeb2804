import type { EpochUs } from '@windlass/dag';
import type { Draft } from './draft.ts';
import { hash53 } from './hash53.ts';
import type { KeptSignal } from './input.ts';
import { FOREVER, floorTo, NEVER, shifted } from './time.ts';

/** Stored signals of a source are deleted so often within the retention: at 7 days, those of 20 minutes at once. */
const DELETIONS_IN_RETENTION = 512;

export interface Retained {
  /** To be stored. */
  readonly added: readonly KeptSignal[];
  /** Stored ones before this are to be deleted; null: none. */
  readonly deleteBeforeUs: EpochUs | null;
  readonly keptDeletedUs: EpochUs;
  readonly keptOldestUs: EpochUs;
}

/**
 * What stays stored of the kept signals: those that a window may still want (from `neededUs` on), and those that are not older than
 * the retention, which people read.
 */
export function retain(draft: Draft, neededUs: EpochUs): Retained {
  const { keptOldestUs, keptDeletedUs } = draft.before;
  const edgeUs = Math.min(neededUs, retainedFrom(draft));
  const added = draft.keptAdded.filter(({ eventTimeUs }) => eventTimeUs >= edgeUs);
  const oldestUs = added.reduce((min, { eventTimeUs }) => Math.min(min, eventTimeUs), keptOldestUs);
  const deleteBeforeUs = boundaryBefore(draft, edgeUs);
  if (keptOldestUs >= deleteBeforeUs) return { added, deleteBeforeUs: null, keptDeletedUs, keptOldestUs: oldestUs };
  return {
    added,
    deleteBeforeUs,
    keptDeletedUs: Math.max(keptDeletedUs, Math.min(deleteBeforeUs, draft.maxEventUs + 1)),
    keptOldestUs: deleteBeforeUs > draft.maxEventUs ? FOREVER : deleteBeforeUs,
  };
}

/** Processing time at which a source that stays silent has signals to be deleted; null: it has none, or windows still want them. */
export function retentionDueUs(draft: Draft, oldestUs: EpochUs): number | null {
  const { keptRetentionUs, lastSeenUs, maxEventUs, nowUs } = draft;
  if (keptRetentionUs === 0 || oldestUs === FOREVER || maxEventUs === NEVER) return null;
  const nextUs = boundaryBefore(draft, oldestUs) + stepOf(draft);
  const dueUs = lastSeenUs + (nextUs + keptRetentionUs - maxEventUs);
  return dueUs > nowUs ? dueUs : null;
}

/** Times up to which is deleted. They differ from source to source, so that not all are deleted from in the same batch. */
function boundaryBefore(draft: Draft, timeUs: EpochUs): EpochUs {
  if (draft.keptRetentionUs === 0 || timeUs === NEVER) return timeUs;
  const sizeUs = stepOf(draft);
  return floorTo({ timeUs, sizeUs, offsetUs: hash53(draft.key) % sizeUs });
}

const stepOf = ({ keptRetentionUs }: Draft): number => Math.ceil(keptRetentionUs / DELETIONS_IN_RETENTION);

/** So far behind the source's newest event; while it is silent, event time goes on as processing time does. */
function retainedFrom({ keptRetentionUs, maxEventUs, nowUs, lastSeenUs }: Draft): EpochUs {
  if (keptRetentionUs === 0) return FOREVER;
  return maxEventUs === NEVER ? NEVER : shifted(maxEventUs, Math.max(0, nowUs - lastSeenUs) - keptRetentionUs);
}
