import type { DagRevision, Ref } from '../model.ts';
import { refOf } from '../model.ts';
import type { Problem, WarningCode } from '../problem.ts';
import type { Change, Proposal, Refusal } from './state.ts';

/** What another service answered, or why it did not. */
export type Asked<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

/** Tasks of a processor on windows of a type. */
export interface TaskCount {
  readonly processor: string;
  readonly windowType: Ref;
  /** Waiting for credit. */
  readonly queued: number;
  /** On the window topic, or being worked on. */
  readonly inFlight: number;
}

/** What the hub is working on. */
export interface Work {
  /** Windows that may still change, by type; a type that has none may be left out. */
  readonly openWindows: Asked<ReadonlyMap<Ref, number>>;
  readonly tasks: Asked<readonly TaskCount[]>;
}

export interface RemovalRules {
  readonly work: Work;
  /** Go on though work would be lost. */
  readonly force: boolean;
}

type LostWork = Problem & { readonly code: Extract<WarningCode, 'WORK_LOST' | 'WORK_UNKNOWN'> };

/** Refused for work that would be lost, unless forced: then that is a warning. */
export function withWork(before: DagRevision, proposal: Proposal, { work, force }: RemovalRules): Proposal | Refusal {
  const lost = lostWork(before, proposal.changes, work);
  if (lost.length === 0) return proposal;
  if (force) return { ...proposal, warnings: [...proposal.warnings, ...lost] };
  return { ok: false, problems: lost, changes: proposal.changes };
}

/** Whether a change takes away what may have work under way. */
export const takesAway = (changes: readonly Change[]): boolean => changes.some(isTaken);

const isTaken = ({ action, kind }: Change): boolean =>
  action === 'removed' && (kind === 'windowType' || kind === 'algorithm');

/** Open windows and tasks of what is removed; what is not known may be there. */
export function lostWork(before: DagRevision, changes: readonly Change[], { openWindows, tasks }: Work): LostWork[] {
  const removed = changes.filter(isTaken);
  const types = removed.filter(({ kind }) => kind === 'windowType');
  const algorithms = removed.filter(({ kind }) => kind === 'algorithm').map(({ name }) => name);
  return [
    ...(types.length === 0
      ? []
      : openWindows.known
        ? lostWindows(types, openWindows.value)
        : [unknown('open windows', 'trigger', openWindows.why)]),
    ...(algorithms.length === 0
      ? []
      : tasks.known
        ? lostTasks(before, algorithms, tasks.value)
        : [unknown('tasks under way', 'router', tasks.why)]),
  ];
}

const unknown = (what: string, service: string, why: string): LostWork => ({
  code: 'WORK_UNKNOWN',
  path: '.',
  owners: [],
  message: `${what} are not known: ${service} did not answer (${why})`,
  mend: `start ${service}, or tell dag-registry where it is; \`force\` goes on without knowing`,
});

const lostWindows = (types: readonly Change[], open: ReadonlyMap<Ref, number>): LostWork[] =>
  types.flatMap(({ name, owners }) => {
    const count = open.get(name) ?? 0;
    if (count === 0) return [];
    return [
      {
        code: 'WORK_LOST',
        path: `windowTypes[${name}]`,
        message: `${count} ${count === 1 ? 'window' : 'windows'} of ${name} ${count === 1 ? 'is' : 'are'} open and would never fire again`,
        chain: [name],
        owners,
        mend: 'wait until they are final, with no signals for it any more; `force` gives them up',
      },
    ];
  });

function lostTasks(before: DagRevision, removed: readonly Ref[], tasks: readonly TaskCount[]): LostWork[] {
  const names = new Set(removed);
  const own = before.algorithms.filter((algorithm) => names.has(refOf(algorithm)));
  const byProcessor = Map.groupBy(own, ({ processor }) => processor);
  return tasks.flatMap(({ processor, windowType, queued, inFlight }): LostWork[] => {
    const bound = (byProcessor.get(processor) ?? []).filter(({ bindings }) =>
      bindings.some((binding) => binding.windowType === windowType),
    );
    if (bound.length === 0 || queued + inFlight === 0) return [];
    return [
      {
        code: 'WORK_LOST',
        path: `processors[${processor}]`,
        message: `${queued} tasks of ${processor} on ${windowType} are queued and ${inFlight} are under way, with or without ${bound.map(refOf).join(', ')}`,
        chain: [processor, windowType],
        owners: [...new Set(bound.map(({ owner }) => owner))],
        mend: 'let the processor finish them first; `force` gives them up',
      },
    ];
  });
}
