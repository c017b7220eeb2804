import type { EpochUs } from '@windlass/dag';
import type { Draft } from './draft.ts';
import type { KeptSignal } from './input.ts';
import { FOREVER, NEVER, shifted } from './time.ts';

/** Stored signals are deleted when so large a part of the retention has passed since the last time: seldom, and many at once. */
const DELETIONS_IN_RETENTION = 16;

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
  if (keptOldestUs >= edgeUs || edgeUs - keptOldestUs < stepOf(draft))
    return { added, deleteBeforeUs: null, keptDeletedUs, keptOldestUs: oldestUs };
  return {
    added,
    deleteBeforeUs: edgeUs,
    keptDeletedUs: Math.max(keptDeletedUs, Math.min(edgeUs, draft.maxEventUs + 1)),
    keptOldestUs: edgeUs > draft.maxEventUs ? FOREVER : edgeUs,
  };
}

/** Processing time at which a source that stays silent has signals to be deleted; null: it has none, or windows still want them. */
export function retentionDueUs(draft: Draft, oldestUs: EpochUs): number | null {
  const { keptRetentionUs, lastSeenUs, maxEventUs, nowUs } = draft;
  if (keptRetentionUs === 0 || oldestUs === FOREVER || maxEventUs === NEVER) return null;
  const dueUs = lastSeenUs + (oldestUs + keptRetentionUs + stepOf(draft) - maxEventUs);
  return dueUs > nowUs ? dueUs : null;
}

const stepOf = ({ keptRetentionUs }: Draft): number => Math.ceil(keptRetentionUs / DELETIONS_IN_RETENTION);

/** So far behind the source's newest event; while it is silent, event time goes on as processing time does. */
function retainedFrom({ keptRetentionUs, maxEventUs, nowUs, lastSeenUs }: Draft): EpochUs {
  if (keptRetentionUs === 0) return FOREVER;
  return maxEventUs === NEVER ? NEVER : shifted(maxEventUs, Math.max(0, nowUs - lastSeenUs) - keptRetentionUs);
}
