import type { Refusal } from './redrive.ts';
import type { RejectedRecord } from './rejected-record.ts';

export const deadLetterStates = ['OPEN', 'REDRIVEN', 'DROPPED'] as const;
/** OPEN: nobody has done anything about it yet. */
export type DeadLetterState = (typeof deadLetterStates)[number];

/** What somebody did about a dead letter. */
export interface Settlement {
  readonly kind: 'REDRIVEN' | 'DROPPED';
  readonly by: string;
  readonly why: string | null;
  readonly atUs: number;
}

/** A rejected record with what was done about it. */
export interface Kept {
  /** Order in which they were stored: of one partition, that of its topic. */
  readonly seq: number;
  readonly rejected: RejectedRecord;
  readonly valueBytes: number;
  readonly state: DeadLetterState;
  /** Oldest first. */
  readonly settlements: readonly Settlement[];
  /** The dead letter that it became when it failed again; null: it has not, as far as is known. */
  readonly cameBackAs: string | null;
}

/** Why a dead letter may not be settled once more; undefined: it may. `again`: it was asked for although something was done before. */
export function settledBefore(
  { rejected: { id }, state, settlements, cameBackAs }: Kept,
  again: boolean,
): Refusal | undefined {
  if (state === 'OPEN' || again) return undefined;
  const { by, atUs } = settlements.at(-1)!;
  const when = new Date(atUs / 1000).toISOString();
  const since = cameBackAs === null ? '' : `; it failed again, as ${cameBackAs}`;
  return {
    code: state === 'REDRIVEN' ? 'ALREADY_REDRIVEN' : 'ALREADY_DROPPED',
    message: `${id} was ${state === 'REDRIVEN' ? 'sent again' : 'dropped'} by ${by} at ${when}${since}. To send it again all the same: windlass dlq redrive ${id} --again`,
  };
}
