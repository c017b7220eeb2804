import type { DagDifference } from '../difference.ts';
import type { AskedRef, AvailabilityPolicy, DagRevision, EpochUs, Ref, Source } from '../model.ts';
import type { Problem, Warning } from '../problem.ts';
import type { Unread } from '../unread.ts';
import type { ValueChange } from './values.ts';

export interface KnownSources {
  get(name: string): Source | undefined;
  /** Whether a source that is known already is in a group of this name, one of a source that the change names. Absent: none is. */
  readonly isGroup?: (name: string) => boolean;
}

/** What a change is made to. */
export interface RegistryState {
  /** The live revision. */
  readonly revision: DagRevision;
  /** Policies that were set; others have their default. */
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
  /** Sources that the change names, those above them, and those named like the groups that it names, as they are now. */
  readonly sources: KnownSources;
  /** From when on (event time) a changed source is so when the change does not say; absent: ever. */
  readonly nowUs?: EpochUs;
  /** Of a state that is only assumed: what documents before had and could not be read. */
  readonly unread?: Unread;
}

/** What the hub's configuration says about changes. */
export interface ChangeRules {
  /** Teams whose result topics exist. */
  readonly teams: readonly string[];
}

export interface Change {
  readonly kind: 'windowType' | 'algorithm' | 'processor' | 'expected' | 'policy' | 'kind' | 'source';
  /** `name@version`, or a name. */
  readonly name: string;
  readonly action: 'added' | 'changed' | 'removed';
  /** Teams whose it is, before and after. */
  readonly owners: readonly string[];
  /** Top-level fields that differ, when changed. */
  readonly fields?: readonly string[];
  /** What was and what is, when changed; not of sources. */
  readonly values?: readonly ValueChange[];
  /** Nobody asked for it: `onRevision` of an algorithm settled itself anew because of another change. */
  readonly settled?: boolean;
  /** Nobody named it: it goes, or loses a part, because of what was retired. Names, each leading to the next. */
  readonly because?: readonly string[];
}

/** The state after a change. Nothing has happened yet. */
export interface Proposal {
  readonly ok: true;
  /** The live revision itself when nothing of it changes, else the next one. */
  readonly revision: DagRevision;
  /** What leads from the live revision to the next one; when nothing changes, nothing. */
  readonly difference: DagDifference;
  /** Only those that change, with their next number. */
  readonly policies: readonly AvailabilityPolicy[];
  readonly sources: readonly Source[];
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What the references of the document stand for, where they are written otherwise: `indicator@^1.2` is `indicator@1.4.0`. */
  readonly resolved: readonly ResolvedRef[];
  /** About what the document names or changes: nothing is wrong, but somebody may want to know. */
  readonly hints: readonly Hint[];
}

/** `asked` stands for `ref`. `path`: where in the DAG, for instance `algorithms[rul@1].dependencies[0]`. */
export interface ResolvedRef {
  readonly path: string;
  readonly asked: AskedRef;
  readonly ref: Ref;
}

export type HintCode = 'NEWER_VERSION';

export interface Hint {
  readonly code: HintCode;
  /** Window types and algorithms that it is about. */
  readonly names: readonly Ref[];
  readonly path: string;
  readonly message: string;
}

export interface Refusal {
  readonly ok: false;
  readonly problems: readonly Problem[];
  /** What it would change, as far as the document can be read; absent where that is not known. */
  readonly changes?: readonly Change[];
}
