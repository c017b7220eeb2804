import type { EpochUs, Opening } from '@windlass/dag';
import type { Draft, TypeDraft } from '../draft.ts';
import type { WindowHistory } from './explanation.ts';

/** A window that is not there, and what is remembered. */
export interface Absence {
  readonly draft: Draft;
  readonly type: TypeDraft;
  readonly timeUs: EpochUs;
  /** Windows of the parent type at that time, also those that are over; empty where the type has none. */
  readonly parents: readonly Bounds[];
  /** Windows of the type that began at that time or before, by the journal. */
  readonly histories: readonly WindowHistory[];
}

export interface Bounds {
  readonly id: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

export type OpeningOf<Kind extends Opening['kind']> = Extract<Opening, { kind: Kind }>;
