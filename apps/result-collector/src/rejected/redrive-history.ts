import { headerNames } from '@windlass/contracts';
import type { StoredRecord } from '@windlass/messaging';
import { z } from 'zod';

/** One time that a dead letter was sent again. */
export interface Redrive {
  /** Of the dead letter. */
  readonly deadLetter: string;
  /** What was wrong with it then. */
  readonly code: string;
  /** Where it lay: `topic/partition/offset`. */
  readonly from: string;
  readonly by: string;
  readonly why: string | null;
  readonly atUs: number;
}

/** So many are kept in the header, the last; all are counted. */
export const maxRedrivesKept = 20;

const entry = z.object({
  deadLetter: z.string().regex(/^[0-9a-f]{32}$/),
  code: z.string().max(200),
  from: z.string().max(300),
  by: z.string().max(200),
  why: z.string().max(1_000).nullable(),
  atUs: z.int(),
});

const entries = z.array(entry).max(maxRedrivesKept);

export interface RedriveHistory {
  readonly count: number;
  /** The last, oldest first. */
  readonly entries: readonly Redrive[];
}

/** What a record's headers tell of how often it was sent again. Anybody may write headers: what is no history is none. */
export function historyOf(headers: StoredRecord['headers']): RedriveHistory {
  const kept = parsed(headers[headerNames.redriveHistory]);
  const count = Number(headers[headerNames.redriveCount]?.toString() ?? '0');
  return { entries: kept, count: Math.max(kept.length, Number.isSafeInteger(count) ? count : 0) };
}

/** The headers that say it of one more. */
export function historyHeaders({ count, entries: before }: RedriveHistory, next: Redrive): Record<string, string> {
  return {
    [headerNames.redriveCount]: String(count + 1),
    [headerNames.redriveHistory]: JSON.stringify([...before, next].slice(-maxRedrivesKept)),
  };
}

function parsed(header: string | Buffer | undefined): readonly Redrive[] {
  if (header === undefined) return [];
  try {
    return entries.parse(JSON.parse(header.toString()));
  } catch {
    return [];
  }
}
