import type { Change, Proposal } from '@windlass/dag';

/** What somebody did to the registry. */
export const AUDIT_KINDS = [
  'REGISTRATION',
  'DEFINITIONS',
  'POLICY',
  'SOURCES',
  'ROLLBACK',
  'RETIREMENT',
  'HOLD',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** One thing that an act changed. */
export interface AuditChange {
  readonly kind: Change['kind'];
  readonly name: string;
  readonly action: Change['action'] | 'paused' | 'draining' | 'resumed';
  readonly fields?: readonly string[];
  /** Its own numbers, of a policy or a hold, before and after; 0: there was none. Everything else of the DAG has the revision's. */
  readonly numbers?: { readonly from: number; readonly to: number };
}

/** An act with all that it changed, as it is kept for ever beside the change. */
export interface AuditEntry {
  /** Microseconds since the epoch. */
  readonly atUs: number;
  /** Name of the token; `local` where nobody is asked who they are. */
  readonly who: string;
  readonly team: string;
  readonly kind: AuditKind;
  /** DAG revisions that were live before and after; equal when the act made none. */
  readonly revision: { readonly from: number; readonly to: number };
  /** `kind/name` of all that it changed. */
  readonly subjects: readonly string[];
  /** The first {@link CHANGES_KEPT}. */
  readonly changes: readonly AuditChange[];
  /** In a few words. */
  readonly summary: string;
  /** Null: nothing was said. */
  readonly why: string | null;
}

/** Changes of one act that are told with their fields; the names of all are kept. A file may declare 100,000 sources. */
export const CHANGES_KEPT = 1_000;
/** Names in a summary. */
const NAMED = 3;

export const subjectOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `${kind}/${name}`;

/** What a change of the DAG, of policies and of sources is told as. */
export function auditedChanges({ changes, policies }: Pick<Proposal, 'changes' | 'policies'>): AuditChange[] {
  const numbers = new Map(policies.map(({ windowType, number }) => [windowType, number]));
  return changes.map(({ kind, name, action, fields }) => {
    const number = kind === 'policy' ? numbers.get(name) : undefined;
    return {
      kind,
      name,
      action,
      ...(fields && { fields }),
      ...(number !== undefined && { numbers: { from: number - 1, to: number } }),
    };
  });
}

export function auditEntry({ changes, ...entry }: Omit<AuditEntry, 'subjects' | 'summary'>): AuditEntry {
  return {
    ...entry,
    changes: changes.slice(0, CHANGES_KEPT),
    subjects: [...new Set(changes.map(subjectOf))],
    summary: summaryOf(changes),
  };
}

/** `added processor health, algorithm rul@1; changed policy cycle@1 (allowedLatenessUs)`. */
function summaryOf(changes: readonly AuditChange[]): string {
  return [...Map.groupBy(changes, ({ action }) => action)]
    .map(([action, all]) => {
      const named = all
        .slice(0, NAMED)
        .map(({ kind, name, fields }) => `${kind} ${name}${fields ? ` (${fields.join(', ')})` : ''}`);
      const rest = all.length - named.length;
      return `${action} ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    })
    .join('; ');
}
