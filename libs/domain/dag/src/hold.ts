import type { DagRevision } from './model.ts';
import { refOf } from './model.ts';

/** What nothing may be dispatched to: a program, one of its algorithms, or whatever runs on a window type. */
export const HOLDABLE = ['processor', 'algorithm', 'windowType'] as const;
export type HoldableKind = (typeof HOLDABLE)[number];

/**
 * PAUSE: nothing new is dispatched, what is under way goes on to its end. DRAIN: the same, and it is told when nothing of it is under
 * way any more.
 */
export type HoldMode = 'PAUSE' | 'DRAIN';

export interface HoldSubject {
  readonly kind: HoldableKind;
  /** Of the processor, or `name@version`. */
  readonly name: string;
}

/** Whether, and since when, something is held. Numbered for each subject; the highest number holds. */
export interface Hold extends HoldSubject {
  readonly number: number;
  /** Null: it was held, and is no longer. */
  readonly mode: HoldMode | null;
  /** Team whose the subject was. */
  readonly owner: string;
  readonly by: string;
  /** Null: no reason was given. */
  readonly why: string | null;
  /** Microseconds since the epoch. */
  readonly sinceUs: number;
}

/** `processor/health`, `algorithm/rul@1`: how a hold is named wherever it needs one name. */
export const holdName = ({ kind, name }: HoldSubject): string => `${kind}/${name}`;

/** Whose it is; undefined: a revision knows no such thing. */
export function ownerOf(
  { windowTypes, processors, algorithms }: DagRevision,
  subject: HoldSubject,
): string | undefined {
  const { kind, name } = subject;
  switch (kind) {
    case 'processor':
      return processors.find((one) => one.name === name)?.owner;
    case 'algorithm':
      return algorithms.find((one) => refOf(one) === name)?.owner;
    case 'windowType':
      return windowTypes.find((one) => refOf(one) === name)?.owner;
    default:
      return kind satisfies never;
  }
}

/** Everything of that kind, to find what a person meant. */
export function holdable({ windowTypes, processors, algorithms }: DagRevision, kind: HoldableKind): string[] {
  if (kind === 'processor') return processors.map(({ name }) => name);
  return (kind === 'algorithm' ? algorithms : windowTypes).map(refOf);
}
