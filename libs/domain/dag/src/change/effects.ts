import type { Algorithm, DagRevision, Ref } from '../model.ts';
import { refOf } from '../model.ts';
import type { Change } from './state.ts';

/** What a change does to others: to those who read a changed result, or run on a changed window type. */
export interface Effect {
  /** Team whose things are affected. */
  readonly owner: string;
  /** What changed: `algorithm deviation@1`. */
  readonly cause: string;
  readonly message: string;
  /** Algorithms of this owner that are affected. */
  readonly algorithms: readonly Ref[];
}

/** Effects on algorithms that do not change themselves, one for each cause and owner, those that changed it left out. */
export function effectsOf(after: DagRevision, changes: readonly Change[]): Effect[] {
  const touched = new Set(changes.flatMap(({ kind, name }) => (kind === 'algorithm' ? [name] : [])));
  return changes.flatMap((change): Effect[] => {
    const effect = effectOf(change);
    if (!effect) return [];
    const affected = after.algorithms.filter(
      (one) => !touched.has(refOf(one)) && !change.owners.includes(one.owner) && effect.reaches(one),
    );
    return [...Map.groupBy(affected, ({ owner }) => owner)].map(([owner, own]): Effect => {
      const algorithms = own.map(refOf);
      return {
        owner,
        cause: `${change.kind} ${change.name}`,
        message: `${owner}'s ${named(algorithms)} ${effect.what}`,
        algorithms,
      };
    });
  });
}

/** Whom a change reaches, and how; undefined: nobody but its own. */
function effectOf({
  kind,
  name,
  action,
  values = [],
}: Change): { readonly reaches: (algorithm: Algorithm) => boolean; readonly what: string } | undefined {
  if (action !== 'changed' && !(kind === 'policy' && action === 'added')) return undefined;
  if (kind === 'algorithm') {
    const isResult = values.some(({ at }) => at === 'result' || at.startsWith('result.'));
    const what = isResult ? `will read a new type of ${name}` : `will read results of a changed ${name}`;
    return { reaches: ({ dependencies }) => dependencies.some((one) => one.algorithm === name), what };
  }
  if (kind !== 'windowType' && kind !== 'policy') return undefined;
  const what = kind === 'policy' ? `will run by a new policy of ${name}` : `will run on windows of a changed ${name}`;
  return { reaches: ({ bindings }) => bindings.some((one) => one.windowType === name), what };
}

const SHOWN = 3;

const named = (refs: readonly Ref[]): string =>
  refs.length <= SHOWN ? refs.join(', ') : `${refs.slice(0, SHOWN).join(', ')} and ${refs.length - SHOWN} more`;
