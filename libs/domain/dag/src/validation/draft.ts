import type {
  Algorithm,
  AvailabilityPolicy,
  Dependency,
  ExpectedAlgorithm,
  Processor,
  Ref,
  SourceKind,
  WindowType,
} from '../model.ts';
import type { Unread } from '../unread.ts';
import { mayLieWithin } from './grids.ts';
import { areMembers, previousKey, refOf } from '../model.ts';

export type EntityKind =
  'windowTypes' | 'algorithms' | 'expected' | 'policies' | 'processors' | 'sources' | 'kinds' | 'calendars';

/** By which places in a document are looked up. */
export const pathKey = (kind: EntityKind, name: string): string => `${kind}/${name}`;

/** The entity in which a path leads: `windowTypes[2]`; what is in none is in the document itself, `.`. */
export const placeOf = (path: string): string => /^[^\]]*\]/.exec(path)?.[0] ?? '.';

/** A DAG that wants to become a revision: everything that would be there, and where in the submitted document each part stands. */
export interface Draft {
  readonly windowTypes: ReadonlyMap<Ref, WindowType>;
  readonly algorithms: ReadonlyMap<Ref, Algorithm>;
  readonly processors: ReadonlyMap<string, Processor>;
  readonly expected: ReadonlyMap<Ref, ExpectedAlgorithm>;
  readonly kinds: ReadonlyMap<string, SourceKind>;
  readonly policyOf: (windowType: Ref) => AvailabilityPolicy;
  /** Path of an entity, for instance `windowTypes[2]`, or `windowTypes[cycle@1]` when it was not in the document. */
  readonly locate: (kind: EntityKind, name: string) => string;
  /** Of a part: types that are taken as given, however they open, and have at most one window in each of their parent's. */
  readonly oncePerParent?: ReadonlySet<Ref>;
  /** Of a part: types that are taken as given, and of which a source has one window at most. */
  readonly single?: ReadonlySet<Ref>;
  /** Of a part: algorithms that are taken as given on window types (`pairLabel`) and have no result on a window without one before it. */
  readonly laterOnly?: ReadonlySet<string>;
  /** Of a part: what it is a part of, and what references may stand for. */
  readonly whole?: Draft;
  /** What documents have and could not be read: what refers to it is not wrong for that. */
  readonly unread?: Unread;
}

/** One algorithm on one window type: the unit that waits, runs and has results. */
export interface Pair {
  /** Position in `DraftGraph.pairs`. */
  readonly at: number;
  readonly algorithm: Algorithm;
  readonly ref: Ref;
  readonly windowType: Ref;
}

/** A draft as nodes, numbered by name: its pairs, and who supplies whom. References that do not exist are left out: they are reported elsewhere. */
export interface DraftGraph {
  readonly draft: Draft;
  readonly types: readonly WindowType[];
  readonly typeAt: ReadonlyMap<Ref, number>;
  readonly pairs: readonly Pair[];
  pairsOf(algorithm: Ref): readonly Pair[];
  pairsOn(windowType: Ref): readonly Pair[];
  /** Pairs whose results the dependency reads when its owner runs on this pair's window type. */
  suppliers(pair: Pair, dependency: Dependency): readonly Pair[];
}

const NONE: readonly Pair[] = [];

export function draftGraph(draft: Draft): DraftGraph {
  const types = [...draft.windowTypes.values()].sort((a, b) => (refOf(a) < refOf(b) ? -1 : 1));
  const byAlgorithm = new Map<Ref, Map<Ref, Pair>>();
  const onType = new Map<Ref, Pair[]>();
  const pairs: Pair[] = [];
  for (const ref of [...draft.algorithms.keys()].sort()) {
    const algorithm = draft.algorithms.get(ref)!;
    const own = new Map<Ref, Pair>();
    const boundTo = algorithm.bindings.map(({ windowType }) => windowType).sort();
    for (const windowType of boundTo) {
      if (own.has(windowType) || !draft.windowTypes.has(windowType)) continue;
      const pair = { at: pairs.length, algorithm, ref, windowType };
      own.set(windowType, pair);
      pairs.push(pair);
      const list = onType.get(windowType);
      if (list) list.push(pair);
      else onType.set(windowType, [pair]);
    }
    byAlgorithm.set(ref, own);
  }
  const pairsOf = new Map([...byAlgorithm].map(([ref, own]) => [ref, [...own.values()]]));
  const one = (algorithm: Ref, windowType: Ref | undefined): readonly Pair[] => {
    const pair = windowType === undefined ? undefined : byAlgorithm.get(algorithm)?.get(windowType);
    return pair ? [pair] : NONE;
  };
  return {
    draft,
    types,
    typeAt: new Map(types.map((type, at) => [refOf(type), at])),
    pairs,
    pairsOf: (algorithm) => pairsOf.get(algorithm) ?? NONE,
    pairsOn: (windowType) => onType.get(windowType) ?? NONE,
    suppliers({ windowType }, { algorithm, relation }) {
      switch (relation.kind) {
        case 'same':
        case 'previous':
          return one(algorithm, windowType);
        case 'parent':
          return one(algorithm, draft.windowTypes.get(windowType)?.parent);
        case 'children':
          return (pairsOf.get(algorithm) ?? NONE).filter(
            (pair) => draft.windowTypes.get(pair.windowType)?.parent === windowType,
          );
        case 'members':
          return (pairsOf.get(algorithm) ?? NONE).filter((pair) => {
            const [group, member] = [draft.windowTypes.get(windowType)!, draft.windowTypes.get(pair.windowType)!];
            return areMembers(group, member) && mayLieWithin(member, group);
          });
        default:
          return relation satisfies never;
      }
    },
  };
}

/** Whether all window types that an algorithm is bound to are there. One that is not is told where it is named. */
export const isBoundWhole = ({ algorithms, windowTypes }: Draft, algorithm: Ref): boolean =>
  algorithms.get(algorithm)?.bindings.every(({ windowType }) => windowTypes.has(windowType)) ?? true;

/** `rul@1 on cycle@1`. */
export const pairLabel = ({ ref, windowType }: Pair): string => `${ref} on ${windowType}`;

export const relationText = ({ relation }: Dependency): string =>
  relation.kind === 'previous' ? previousKey(relation) : relation.kind;
