import { changeHold, type Hold, holdName, type HoldMode, type HoldSubject, type Problem } from '@windlass/dag';
import { auditEntry, type AuditChange } from './audit.ts';
import { type Author, type ChangeOptions } from './change-options.ts';
import { RegistryError } from './errors.ts';
import type { Decision, RegistryStore } from './ports.ts';

interface Surroundings {
  readonly store: RegistryStore;
  /** Publishes what was committed; a failure is retried by itself and must not fail the change. */
  readonly committed: () => Promise<void>;
  readonly nowUs: () => number;
}

export interface Holding {
  /** False: it was so already. */
  readonly changed: boolean;
  /** Null: nothing holds it. */
  readonly hold: Hold | null;
}

const ACTIONS = { PAUSE: 'paused', DRAIN: 'draining' } as const;

/** What nothing is to be dispatched to: told to every router by the registry topic, and no DAG revision. */
export class RegistryHolds {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  list(): Promise<readonly Hold[]> {
    return this.surroundings.store.holds();
  }

  /** Holds something; with `mode` null no longer. The same again changes nothing. @throws {RegistryError} REFUSED, FORBIDDEN. */
  async set(
    subject: HoldSubject,
    mode: HoldMode | null,
    { author, why }: Omit<ChangeOptions, 'ifRevision'>,
  ): Promise<Holding> {
    const { store, committed, nowUs } = this.surroundings;
    const holding = await store.changeHold(subject, ({ revision, hold: before }): Decision<Holding> => {
      const stamp = { changedBy: author.name, changedAtUs: nowUs(), ...(why !== undefined && { why }) };
      const wanted = { subject, mode, by: author.name, why: why ?? null, nowUs: stamp.changedAtUs };
      const proposal = changeHold({ revision, hold: before }, wanted);
      if (!proposal.ok) throw refused(proposal.problems);
      const { owner, hold } = proposal;
      checkOwner(subject, owner, author);
      if (!hold)
        return { entries: [], revision, audit: null, answer: { changed: false, hold: mode === null ? null : before! } };
      const { kind, name } = subject;
      const change: AuditChange = {
        ...{ kind, name, action: mode === null ? 'resumed' : ACTIONS[mode] },
        numbers: { from: before?.number ?? 0, to: hold.number },
      };
      return {
        entries: [{ kind: 'HOLD', name: holdName(subject), number: hold.number, body: JSON.stringify(hold), ...stamp }],
        revision,
        audit: auditEntry({
          ...{ atUs: stamp.changedAtUs, who: author.name, team: author.team, kind: 'HOLD', why: wanted.why },
          revision: { from: revision.number, to: revision.number },
          changes: [change],
        }),
        answer: { changed: true, hold: mode === null ? null : hold },
      };
    });
    if (holding.changed) await committed();
    return holding;
  }
}

const refused = (problems: readonly Problem[]): RegistryError =>
  new RegistryError('REFUSED', problems.map(({ message }) => message).join('; '), problems);

function checkOwner({ kind, name }: HoldSubject, owner: string, author: Author): void {
  if (author.isOperator || author.team === owner) return;
  throw new RegistryError('FORBIDDEN', `${author.name} may change only what is ${author.team}'s`, [
    {
      code: 'NOT_OWNER',
      path: `${kind}[${name}]`,
      message: `${kind} ${name} is ${owner}'s; you are ${author.team}`,
      mend: `let ${owner} change it, or an operator`,
    },
  ]);
}
