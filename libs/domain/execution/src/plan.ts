import {
  type Algorithm,
  type Binding,
  type BindingTiming,
  type DagRevision,
  type Dependency,
  indexDag,
  previousKey,
  type Ref,
  refOf,
  type SourceSelector,
} from '@windlass/dag';
import { groupReadersOf, memberTypesOf } from './member-types.ts';
import type { ResolvedAlgorithm } from './outputs.ts';

export type RelationKind = Dependency['relation']['kind'];

/** One dependency, with what the window type makes of it. */
export interface PlannedDependency {
  readonly dependency: Dependency;
  readonly kind: RelationKind;
  /** Place of the upstream in the plan, for `same`; -1: the type has no such algorithm. */
  readonly sameIndex: number;
  /** How a pane names the windows, for `previous`. */
  readonly previousKey: string;
  /** Types of the children that carry the upstream, for `children`. */
  readonly childTypes: readonly Ref[];
  /** Types of the members' windows that carry the upstream, for `members`. */
  readonly memberTypes: readonly Ref[];
  /** It may leave out a result that another algorithm takes. */
  readonly isSelective: boolean;
}

export interface PlannedAlgorithm {
  readonly ref: Ref;
  readonly algorithm: Algorithm;
  readonly binding: Binding;
  readonly dependencies: readonly PlannedDependency[];
  readonly resolved: readonly ResolvedAlgorithm[];
  /** Some dependency may keep a result although its input was revised. */
  readonly keeps: boolean;
}

/** How long windows of a type are needed by later ones of the same key. */
export interface History {
  readonly count: number;
  readonly durationUs: number;
}

/** What one DAG revision says about one window type. */
export interface TypePlan {
  readonly revision: number;
  readonly windowType: Ref;
  /** Each after those it needs over the same window. */
  readonly algorithms: readonly PlannedAlgorithm[];
  readonly indexOf: ReadonlyMap<Ref, number>;
  /** Places of the algorithms that may open windows: they emit, or a window type opens by their results. */
  readonly openers: readonly number[];
  /** Some algorithm needs results over other windows. */
  readonly reads: boolean;
  /** Algorithms of later windows of this type need results of this type; null: none. */
  readonly history: History | null;
  /** Child types with an algorithm that needs a result over its parent, when the parent is of this type. */
  readonly readByChildren: readonly Ref[];
  /** An algorithm of the parent type joins results over windows of this type. */
  readonly readByParent: boolean;
  /** Some algorithm joins results of members. */
  readonly joinsMembers: boolean;
  /** Types of groups' windows whose algorithms join results over windows of this type, with what they join. */
  readonly readByGroups: readonly GroupReader[];
}

export interface GroupReader {
  readonly windowType: Ref;
  /** Which sources are members, and which groups have such windows. */
  readonly selector: SourceSelector;
  /** Algorithms whose results are joined. */
  readonly algorithms: readonly Ref[];
}

/** Whether a revision's results over one window can matter to another. */
export const isRead = (plan: TypePlan): boolean =>
  plan.history !== null || plan.readByChildren.length > 0 || plan.readByParent;

/** The domain's clock-free view of the registry: plans of all revisions, made when first needed. */
export class Plans {
  private readonly plans = new Map<number, Map<Ref, TypePlan>>();
  private readonly revisionOf: (number: number) => DagRevision | undefined;
  private readonly live: () => DagRevision;

  constructor(source: {
    readonly revisionOf: (number: number) => DagRevision | undefined;
    readonly live: () => DagRevision;
  }) {
    this.revisionOf = source.revisionOf;
    this.live = source.live;
  }

  /** @throws {UnknownDagRevision} retryable: the registry's view has not caught up. */
  of(revision: number, windowType: Ref): TypePlan {
    const known = this.plans.get(revision)?.get(windowType);
    if (known) return known;
    const dag = this.revisionOf(revision);
    if (!dag) throw new UnknownDagRevision(revision);
    return this.plan(dag, windowType);
  }

  /** By the newest revision known: decides what is still worth keeping, never what runs. */
  latest(windowType: Ref): TypePlan {
    const dag = this.live();
    return this.plans.get(dag.number)?.get(windowType) ?? this.plan(dag, windowType);
  }

  private plan(dag: DagRevision, windowType: Ref): TypePlan {
    const plan = planOf(dag, windowType);
    const byType = this.plans.get(dag.number) ?? new Map<Ref, TypePlan>();
    this.plans.set(dag.number, byType.set(windowType, plan));
    return plan;
  }
}

/** A window was fired under a revision that this service has not read yet; it will arrive on the registry topic. */
export class UnknownDagRevision extends Error {
  readonly code = 'UNKNOWN_DAG_REVISION';
  readonly retryable = true;
  constructor(readonly revision: number) {
    super(`DAG revision ${revision} is not known yet`);
  }
}

function planOf(dag: DagRevision, windowType: Ref): TypePlan {
  const index = indexDag(dag);
  const list = index.algorithmsOn(windowType);
  const indexOf = new Map(list.map((algorithm, i) => [refOf(algorithm), i]));
  const childTypes = index.childTypesOf(windowType).map(refOf);
  const carries = (type: Ref, ref: Ref) =>
    index.algorithms.get(ref)?.bindings.some((binding) => binding.windowType === type) ?? false;
  const reads = (reader: Ref, kind: RelationKind, read: Ref) =>
    index
      .algorithmsOn(reader)
      .some((a) => a.dependencies.some((d) => d.relation.kind === kind && carries(read, d.algorithm)));
  const parent = index.windowTypes.get(windowType)?.parent;
  return {
    revision: dag.number,
    windowType,
    indexOf,
    algorithms: list.map((algorithm) => ({
      ref: refOf(algorithm),
      algorithm,
      binding: algorithm.bindings.find((binding) => binding.windowType === windowType)!,
      dependencies: algorithm.dependencies.map((dependency) => ({
        dependency,
        kind: dependency.relation.kind,
        sameIndex: dependency.relation.kind === 'same' ? (indexOf.get(dependency.algorithm) ?? -1) : -1,
        previousKey: dependency.relation.kind === 'previous' ? previousKey(dependency.relation) : '',
        childTypes: childTypes.filter((type) => carries(type, dependency.algorithm)),
        memberTypes:
          dependency.relation.kind === 'members' ? memberTypesOf(index, windowType, dependency.algorithm) : [],
        isSelective: dependency.minCompleteness !== undefined || dependency.onProvisional !== 'accept',
      })),
      resolved: resolvedOf(algorithm),
      keeps: algorithm.dependencies.some((d) => d.onRevision !== 'rerun'),
    })),
    openers: list.flatMap((a, i) => (a.emits.length > 0 || index.conditionsOn(refOf(a)).length > 0 ? [i] : [])),
    reads: list.some((a) => a.dependencies.some((d) => d.relation.kind !== 'same')),
    history: historyOf(list, (ref) => indexOf.has(ref)),
    readByChildren: childTypes.filter((child) => reads(child, 'parent', windowType)),
    readByParent: parent !== undefined && reads(parent, 'children', windowType),
    joinsMembers: list.some((a) => a.dependencies.some((d) => d.relation.kind === 'members')),
    readByGroups: groupReadersOf(index, windowType),
  };
}

const resolvedOf = ({ dependencies }: Algorithm): ResolvedAlgorithm[] =>
  dependencies.flatMap(({ asked, algorithm }) => (asked === undefined ? [] : [{ asked, algorithm }]));

function historyOf(algorithms: readonly Algorithm[], carried: (ref: Ref) => boolean): History | null {
  let history: { count: number; durationUs: number } | null = null;
  for (const { algorithm, relation } of algorithms.flatMap((a) => a.dependencies)) {
    if (relation.kind !== 'previous' || !carried(algorithm)) continue;
    history ??= { count: 0, durationUs: 0 };
    if ('count' in relation) history.count = Math.max(history.count, relation.count + (relation.gap ?? 0));
    else history.durationUs = Math.max(history.durationUs, relation.durationUs + (relation.gapUs ?? 0));
  }
  return history;
}

const timingBits: Readonly<Record<BindingTiming, number>> = { EARLY: 1, ON_TIME: 2, LATE: 4, FINAL: 8 };

/** A set of timings as bits: what a window still owes to its algorithms. */
export type Timings = number;
export const timings = (...list: readonly BindingTiming[]): Timings => list.reduce((set, t) => set | timingBits[t], 0);

/** Whether a binding takes a pane of one of these timings. */
export const takes = (binding: Binding, owed: Timings): boolean => (timings(...binding.on) & owed) !== 0;
