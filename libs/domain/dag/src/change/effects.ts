import { type DagIndex, indexDag } from '../dag-index.ts';
import type { Algorithm, Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { nestOf, sourceEffects } from './source-effects.ts';
import type { Change, Proposal, RegistryState } from './state.ts';
import type { ValueChange } from './values.ts';

/** What a change does to others: to those who read what is changed, or run on it. */
export interface Effect {
  /** Team whose things are affected. */
  readonly owner: string;
  /** What changed: `algorithm deviation@1`. */
  readonly cause: string;
  readonly message: string;
  /** Algorithms of this owner that are affected. */
  readonly algorithms: readonly Ref[];
}

/** Algorithms that are affected in one way. */
export interface Reach {
  /** What they will do: `will run on windows of a changed cycle@1`. */
  readonly what: string;
  readonly algorithms: Iterable<Algorithm>;
}

/**
 * Effects on algorithms that do not change themselves, one for each cause, way and owner, those that changed it left out. In the first way
 * that an algorithm is affected it is told.
 *
 * @param before what the proposal was made to
 */
export function effectsOf(
  before: Pick<RegistryState, 'sources'>,
  { revision, changes, sources }: Pick<Proposal, 'revision' | 'changes' | 'sources'>,
): Effect[] {
  const index = indexDag(revision);
  const touched = new Set(changes.flatMap(({ kind, name }) => (kind === 'algorithm' ? [name] : [])));
  const told = (cause: string, owners: readonly string[], reaches: readonly Reach[]): Effect[] => {
    const left = new Set(touched);
    return reaches.flatMap(({ what, algorithms }) => {
      const affected = [...algorithms].filter((one) => {
        const isTold = left.has(refOf(one)) || owners.includes(one.owner);
        left.add(refOf(one));
        return !isTold;
      });
      return [...Map.groupBy(affected, ({ owner }) => owner)].map(([owner, own]): Effect => {
        const refs = own.map(refOf);
        return { owner, cause, message: `${owner}'s ${named(refs)} ${what}`, algorithms: refs };
      });
    });
  };
  return [
    ...changes.flatMap((change) => told(`${change.kind} ${change.name}`, change.owners, reachesOf(change, index))),
    ...sourceEffects(before, { index, sources }).flatMap(({ cause, owners, reach }) => told(cause, owners, [reach])),
  ];
}

function reachesOf({ kind, name, action, values = [] }: Change, index: DagIndex): Reach[] {
  if (kind === 'policy' && action !== 'removed')
    return [{ what: `will run by a new policy of ${name}`, algorithms: index.algorithmsOn(name) }];
  if (action !== 'changed') return [];
  switch (kind) {
    case 'algorithm':
      return ofAlgorithm(name, values, index);
    case 'windowType':
      return [
        { what: `will run on windows of a changed ${name}`, algorithms: index.algorithmsOn(name) },
        { what: `will run on windows within those of a changed ${name}`, algorithms: algorithmsWithin(name, index) },
      ];
    case 'kind':
      return ofKind(name, values, index);
    default:
      return [];
  }
}

function ofAlgorithm(name: Ref, values: readonly ValueChange[], index: DagIndex): Reach[] {
  const isResult = values.some(({ at }) => at === 'result' || at.startsWith('result.'));
  const opened = index.conditionsOn(name).map(refOf);
  const emitted = index.algorithms.get(name)?.emits ?? [];
  return [
    {
      what: isResult ? `will read a new type of ${name}` : `will read results of a changed ${name}`,
      algorithms: index.dependantsOf(name).map(({ algorithm }) => algorithm),
    },
    {
      what: `will run on windows that a changed ${name} opens`,
      algorithms: [...opened, ...emitted].flatMap((ref) => [
        ...index.algorithmsOn(ref),
        ...algorithmsWithin(ref, index),
      ]),
    },
  ];
}

/** Algorithms on all window types that are nested in one. */
const algorithmsWithin = (windowType: Ref, index: DagIndex): Algorithm[] =>
  index
    .childTypesOf(windowType)
    .map(refOf)
    .flatMap((child) => [...index.algorithmsOn(child), ...algorithmsWithin(child, index)]);

/** Who runs on windows of sources of the kind; of sources of any kind where they read a signal that carries a channel of it. */
function ofKind(name: string, values: readonly ValueChange[], index: DagIndex): Reach[] {
  const told = values.filter(({ at }) => !at.endsWith('description'));
  if (told.length === 0) return [];
  const rest = told.length - SHOWN;
  const what = `${told.slice(0, SHOWN).map(valueText).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const { windowTypes, kinds = [] } = index.revision;
  const signals = new Set(kinds.find((kind) => kind.name === name)?.channels.flatMap(({ signal }) => signal ?? []));
  const isRead = (type: WindowType): boolean => {
    const selected = nestOf(type, index).flatMap((one) => one.for.kind ?? []);
    return selected.length > 0 ? selected.every((kind) => kind === name) : type.reads.some((one) => signals.has(one));
  };
  return [
    {
      what: `will run on signals of a changed kind ${name} (${what})`,
      algorithms: windowTypes.filter(isRead).flatMap((type) => index.algorithmsOn(refOf(type))),
    },
  ];
}

const valueText = ({ at, before, after }: ValueChange): string => `${at}: ${shown(before)} → ${shown(after)}`;

const shown = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'object' ? 'declared' : String(value);

const SHOWN = 3;

const named = (refs: readonly Ref[]): string =>
  refs.length <= SHOWN ? refs.join(', ') : `${refs.slice(0, SHOWN).join(', ')} and ${refs.length - SHOWN} more`;
