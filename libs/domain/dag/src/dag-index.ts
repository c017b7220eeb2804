import { BucketMap } from './bucket-map.ts';
import { type DagDifference, diffDag } from './difference.ts';
import type { Algorithm, DagRevision, Dependency, Processor, Ref, WindowType } from './model.ts';
import { refOf } from './model.ts';
import { type Membership, NamedGroups } from './named-groups.ts';
import { inSameOrder, type PreviousSpec, previousSpecs } from './on-type.ts';

export interface Dependant {
  readonly algorithm: Algorithm;
  readonly dependency: Dependency;
}

/** Look-ups over one revision. Every list is in the order of names, except `algorithmsOn`; an unknown name gives an empty list. */
export interface DagIndex {
  readonly revision: DagRevision;
  readonly windowTypes: BucketMap<WindowType>;
  readonly algorithms: BucketMap<Algorithm>;
  readonly processors: BucketMap<Processor>;
  /** Algorithms bound to a window type, each after those it needs over the `same` window. */
  algorithmsOn(windowType: Ref): readonly Algorithm[];
  /** Who reads this algorithm's results. */
  dependantsOf(algorithm: Ref): readonly Dependant[];
  /** Distinct `previous` dependencies of all algorithms bound to this window type. */
  previousSpecsOf(windowType: Ref): readonly PreviousSpec[];
  /** Algorithms whose results may emit windows of this type. */
  emittersOf(windowType: Ref): readonly Algorithm[];
  /** Window types opened by this algorithm's outcomes. */
  conditionsOn(algorithm: Ref): readonly WindowType[];
  /** Window types nested in this one. */
  childTypesOf(windowType: Ref): readonly WindowType[];
  /** Algorithms of one processor. */
  algorithmsOf(processor: string): readonly Algorithm[];
}

/** Indexes that are kept: of the live revision, and of some that panes still name. An index takes a multiple of its revision's memory. */
const KEPT = 4;
/** The last used first. */
const kept: Index[] = [];

/** The index of a revision. Made once while it is in use; linear in its size, unless it was carried over from another revision. */
export function indexDag(revision: DagRevision): DagIndex {
  const at = kept.findIndex((index) => index.revision === revision);
  if (at === 0) return kept[0]!;
  const [known] = at < 0 ? [] : kept.splice(at, 1);
  return keep(known ?? Index.empty.changed(diffDag(Index.empty.revision, revision), revision));
}

/** Makes the index of `after` from that of `before`, if there is one: it costs what has changed. */
export function carryIndex(before: DagRevision, difference: DagDifference, after: DagRevision): void {
  const index = kept.find(({ revision }) => revision === before);
  if (index) keep(index.changed(difference, after));
}

function keep(index: Index): Index {
  kept.unshift(index);
  if (kept.length > KEPT) kept.pop();
  return index;
}

interface Groups {
  readonly onType: NamedGroups<Algorithm>;
  readonly dependants: NamedGroups<Dependant>;
  readonly emitters: NamedGroups<Algorithm>;
  readonly conditions: NamedGroups<WindowType>;
  readonly children: NamedGroups<WindowType>;
  readonly ofProcessor: NamedGroups<Algorithm>;
}

/** Of algorithms and of window types: the groups that one of them is in. */
const MEMBERSHIPS = {
  onType: (algorithm: Algorithm) => unique(algorithm.bindings.map(({ windowType }) => windowType)),
  emitters: ({ emits }: Algorithm) => unique(emits),
  ofProcessor: ({ processor }: Algorithm) => [processor],
  conditions: ({ open }: WindowType) => (open.kind === 'outcome' ? [open.algorithm] : []),
  children: ({ parent }: WindowType) => (parent === undefined ? [] : [parent]),
};

class Index implements DagIndex {
  static readonly empty = new Index(
    { number: 0, windowTypes: [], processors: [], algorithms: [] },
    { windowTypes: BucketMap.empty(), algorithms: BucketMap.empty(), processors: BucketMap.empty() },
    {
      onType: NamedGroups.empty<Algorithm>(refOf),
      dependants: NamedGroups.empty(({ algorithm }) => refOf(algorithm)),
      emitters: NamedGroups.empty<Algorithm>(refOf),
      conditions: NamedGroups.empty<WindowType>(refOf),
      children: NamedGroups.empty<WindowType>(refOf),
      ofProcessor: NamedGroups.empty<Algorithm>(refOf),
    },
  );

  readonly revision: DagRevision;
  readonly windowTypes: BucketMap<WindowType>;
  readonly algorithms: BucketMap<Algorithm>;
  readonly processors: BucketMap<Processor>;
  private readonly groups: Groups;

  private constructor(
    revision: DagRevision,
    { windowTypes, algorithms, processors }: Pick<DagIndex, 'windowTypes' | 'algorithms' | 'processors'>,
    groups: Groups,
  ) {
    this.revision = revision;
    this.windowTypes = windowTypes;
    this.algorithms = algorithms;
    this.processors = processors;
    this.groups = groups;
  }

  changed({ put, removed }: DagDifference, revision: DagRevision): Index {
    const types = changesOf(this.windowTypes, refOf, { put: put.windowTypes, removed: removed.windowTypes });
    const algorithms = changesOf(this.algorithms, refOf, { put: put.algorithms, removed: removed.algorithms });
    const named = ({ name }: Processor): string => name;
    const processors = changesOf(this.processors, named, { put: put.processors, removed: removed.processors });
    const { groups } = this;
    const moved = <T>(group: NamedGroups<T>, { before, after }: Changes<T>, groupsOf: (one: T) => readonly string[]) =>
      group.changed(before.flatMap(membersBy(groupsOf)), after.flatMap(membersBy(groupsOf)));
    return new Index(
      revision,
      { windowTypes: types.now, algorithms: algorithms.now, processors: processors.now },
      {
        onType: moved(groups.onType, algorithms, MEMBERSHIPS.onType),
        dependants: groups.dependants.changed(
          algorithms.before.flatMap(dependantsIn),
          algorithms.after.flatMap(dependantsIn),
        ),
        emitters: moved(groups.emitters, algorithms, MEMBERSHIPS.emitters),
        conditions: moved(groups.conditions, types, MEMBERSHIPS.conditions),
        children: moved(groups.children, types, MEMBERSHIPS.children),
        ofProcessor: moved(groups.ofProcessor, algorithms, MEMBERSHIPS.ofProcessor),
      },
    );
  }

  algorithmsOn = (type: Ref): readonly Algorithm[] => once(orders, this.groups.onType.get(type), inSameOrder);
  dependantsOf = (algorithm: Ref): readonly Dependant[] => this.groups.dependants.get(algorithm);
  previousSpecsOf = (type: Ref): readonly PreviousSpec[] => once(specs, this.groups.onType.get(type), previousSpecs);
  emittersOf = (type: Ref): readonly Algorithm[] => this.groups.emitters.get(type);
  conditionsOn = (algorithm: Ref): readonly WindowType[] => this.groups.conditions.get(algorithm);
  childTypesOf = (type: Ref): readonly WindowType[] => this.groups.children.get(type);
  algorithmsOf = (processor: string): readonly Algorithm[] => this.groups.ofProcessor.get(processor);
}

/** Worked out when first asked for; lists that several revisions share are looked at once. */
const orders = new WeakMap<readonly Algorithm[], readonly Algorithm[]>();
const specs = new WeakMap<readonly Algorithm[], readonly PreviousSpec[]>();

function once<K extends object, V>(known: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make(key)));
  return value;
}

interface Changes<T> {
  readonly now: BucketMap<T>;
  /** As those were that are gone or other. */
  readonly before: readonly T[];
  readonly after: readonly T[];
}

function changesOf<T>(
  known: BucketMap<T>,
  nameOf: (one: T) => string,
  {
    put = [],
    removed = [],
  }: { readonly put?: readonly T[] | undefined; readonly removed?: readonly string[] | undefined },
): Changes<T> {
  const changes = new Map<string, T | undefined>(removed.map((name) => [name, undefined]));
  for (const one of put) changes.set(nameOf(one), one);
  const before = [...changes.keys()].map((name) => known.get(name)).filter((one) => one !== undefined);
  return { now: known.withAll(changes), before, after: put };
}

const membersBy =
  <T>(groupsOf: (one: T) => readonly string[]) =>
  (member: T): Membership<T>[] =>
    groupsOf(member).map((group) => ({ group, member }));

const dependantsIn = (algorithm: Algorithm): Membership<Dependant>[] =>
  algorithm.dependencies.map((dependency) => ({ group: dependency.algorithm, member: { algorithm, dependency } }));

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
