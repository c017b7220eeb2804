import { type Hold, holdable, type HoldableKind, type HoldMode, type HoldSubject, ownerOf } from '../hold.ts';
import type { DagRevision } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import type { Problem, ProblemCode } from '../problem.ts';

export interface HoldState {
  readonly revision: DagRevision;
  /** As it was last; undefined: it was never held. */
  readonly hold: Hold | undefined;
}

export interface WantedHold {
  readonly subject: HoldSubject;
  /** Null: nothing is to hold it any more. */
  readonly mode: HoldMode | null;
  readonly by: string;
  readonly why: string | null;
  readonly nowUs: number;
}

/** `hold`: the next one; null: it is as it is wanted already. */
export type HoldProposal =
  | { readonly ok: true; readonly owner: string; readonly hold: Hold | null }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What holding something, or no longer, makes of it. What is held may have been retired since: it can be let go all the same. */
export function changeHold({ revision, hold }: HoldState, wanted: WantedHold): HoldProposal {
  const { subject, mode, by, why, nowUs } = wanted;
  const current = hold?.mode ?? null;
  const known = ownerOf(revision, subject);
  const owner = known ?? (current === null ? undefined : hold?.owner);
  if (owner === undefined || (known === undefined && mode !== null))
    return { ok: false, problems: [unknownSubject(revision, subject)] };
  if (current === mode) return { ok: true, owner, hold: null };
  return {
    ok: true,
    owner,
    hold: { ...subject, number: (hold?.number ?? 0) + 1, mode, owner, by, why, sinceUs: nowUs },
  };
}

const UNKNOWN: Readonly<Record<HoldableKind, { readonly code: ProblemCode; readonly what: string }>> = {
  processor: { code: 'UNKNOWN_PROCESSOR', what: 'processor' },
  algorithm: { code: 'UNKNOWN_ALGORITHM', what: 'algorithm' },
  windowType: { code: 'UNKNOWN_WINDOW_TYPE', what: 'window type' },
};

function unknownSubject(revision: DagRevision, { kind, name }: HoldSubject): Problem {
  const { code, what } = UNKNOWN[kind];
  return {
    code,
    path: 'name',
    message: `${what} "${name}" does not exist.${didYouMean(name, holdable(revision, kind))}`,
    mend: `correct the name: ${kind === 'processor' ? 'it has no version' : 'name@version'}`,
  };
}
