import type { DagIndex } from '../dag-index.ts';
import { otherIn, removedFrom } from '../change/content.ts';
import type { Algorithm, Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import type { Draft } from './draft.ts';
import { laterOnlyOf } from './first-and-later.ts';
import { isOncePerParent, isSingle } from './single.ts';

/** What a change can have made wrong in a DAG that was proven: what it adds or changes, and all that follows from that. */
export interface Affected {
  readonly windowTypes: ReadonlySet<Ref>;
  readonly algorithms: ReadonlySet<Ref>;
}

type Content = Pick<Draft, 'windowTypes' | 'algorithms' | 'kinds'>;

/** `before`: of the proven revision. `policies`: window types with another policy, which concerns only what is bound to them. */
interface Step {
  readonly before: Content;
  readonly content: Content;
  readonly policies: readonly Ref[];
}

/** Of the window types. */
const MOST = 0.5;

/**
 * What is other than in the proven revision, and everything that reads its results, lies in its windows, runs on them or is opened by it,
 * and so on. Null: something was taken away, so it may be anything, or so much is other that to look at all of it costs less.
 *
 * What does not follow from the change fires as before, waits for nobody new, and leads to nothing that leads back to the change.
 */
export function affectedBy(proven: DagIndex, { before, content, policies }: Step): Affected | null {
  const windowTypes = otherIn(before.windowTypes, content.windowTypes);
  const algorithms = otherIn(before.algorithms, content.algorithms);
  const isLess =
    removedFrom(before.windowTypes, content.windowTypes, windowTypes).length > 0 ||
    removedFrom(before.algorithms, content.algorithms, algorithms).length > 0;
  if (isLess || windowTypes.length > content.windowTypes.size * MOST) return null;

  const found = new Followers(proven, content);
  for (const ref of algorithms) found.algorithm(ref);
  for (const ref of windowTypes) found.windowType(ref);
  for (const ref of ofChangedKinds(before, content)) found.windowType(ref);
  found.follow();
  const bound = policies.flatMap((ref) => proven.algorithmsOn(ref).map(refOf));
  return {
    windowTypes: new Set([...found.windowTypes, ...policies.filter((ref) => content.windowTypes.has(ref))]),
    algorithms: new Set([...found.algorithms, ...bound]),
  };
}

/** What is affected, and what is named though it stays as it was: with all that something may be told of because of it. */
export function toldOf(proven: DagIndex, affected: Affected, named: Affected): Affected {
  const isAffected =
    [...named.windowTypes].every((ref) => affected.windowTypes.has(ref)) &&
    [...named.algorithms].every((ref) => affected.algorithms.has(ref));
  if (isAffected) return affected;
  const windowTypes = new Set([...affected.windowTypes, ...named.windowTypes]);
  const algorithms = new Set([...affected.algorithms, ...named.algorithms]);
  for (const type of named.windowTypes) for (const one of proven.algorithmsOn(type)) algorithms.add(refOf(one));
  for (const ref of [...algorithms])
    for (const { algorithm } of proven.dependantsOf(ref)) algorithms.add(refOf(algorithm));
  return { windowTypes, algorithms };
}

/** Window types whose sources are of a kind with other channels than before. */
function ofChangedKinds(before: Content, content: Content): Ref[] {
  const other = otherIn(before.kinds, content.kinds);
  const kinds = new Set([...other, ...removedFrom(before.kinds, content.kinds, other)]);
  if (kinds.size === 0) return [];
  return [...content.windowTypes].flatMap(([ref, type]) => (kinds.has(type.for.kind ?? '') ? [ref] : []));
}

class Followers {
  readonly windowTypes = new Set<Ref>();
  readonly algorithms = new Set<Ref>();
  private readonly proven: DagIndex;
  private readonly content: Content;

  constructor(proven: DagIndex, content: Content) {
    this.proven = proven;
    this.content = content;
  }

  algorithm(ref: Ref): void {
    this.algorithms.add(ref);
  }

  windowType(ref: Ref): void {
    if (this.content.windowTypes.has(ref)) this.windowTypes.add(ref);
  }

  /** Sets are walked in the order in which they grow. */
  follow(): void {
    for (let size = -1; size !== this.windowTypes.size + this.algorithms.size;) {
      size = this.windowTypes.size + this.algorithms.size;
      for (const ref of this.algorithms) this.ofAlgorithm(ref);
      for (const ref of this.windowTypes) this.ofWindowType(ref);
    }
  }

  private ofAlgorithm(ref: Ref): void {
    for (const { algorithm } of this.proven.dependantsOf(ref)) this.algorithm(refOf(algorithm));
    for (const type of this.proven.conditionsOn(ref)) this.windowType(refOf(type));
    for (const one of [this.proven.algorithms.get(ref), this.content.algorithms.get(ref)])
      for (const type of one?.emits ?? []) this.windowType(type);
  }

  private ofWindowType(ref: Ref): void {
    for (const algorithm of this.proven.algorithmsOn(ref)) this.algorithm(refOf(algorithm));
    for (const type of this.proven.childTypesOf(ref)) this.windowType(refOf(type));
  }
}

/**
 * The part of a draft that shows whether anything affected is wrong: it, and what it refers to. Of what is only referred to nothing is left
 * that would ask for more: it is proven. What is wrong in this part is what is wrong in the whole.
 */
export function partOf(draft: Draft, affected: Affected, proven: DagIndex): Draft {
  const windowTypes = new Map<Ref, WindowType>();
  const algorithms = new Map<Ref, Algorithm>();
  const oncePerParent = new Set<Ref>();
  const single = new Set<Ref>();
  const withType = (ref: Ref | undefined): void => {
    const type = ref === undefined ? undefined : draft.windowTypes.get(ref);
    if (!type || windowTypes.has(ref!)) return;
    const isGiven = !affected.windowTypes.has(ref!) && type.open.kind === 'outcome';
    if (isGiven && isOncePerParent(type.open)) oncePerParent.add(ref!);
    if (isGiven && isSingle(draft, ref!)) single.add(ref!);
    windowTypes.set(ref!, isGiven ? { ...type, open: { kind: 'emission' } } : type);
    withType(type.parent);
  };
  const withAlgorithm = (ref: Ref): void => {
    const algorithm = draft.algorithms.get(ref);
    if (!algorithm || algorithms.has(ref)) return;
    const emits = algorithm.emits.filter((type) => affected.windowTypes.has(type));
    algorithms.set(ref, affected.algorithms.has(ref) ? algorithm : { ...algorithm, dependencies: [], emits });
    for (const { windowType } of algorithm.bindings) withType(windowType);
  };
  for (const ref of affected.algorithms) {
    withAlgorithm(ref);
    const { dependencies = [], emits = [] } = draft.algorithms.get(ref) ?? {};
    for (const dependency of dependencies) withAlgorithm(dependency.algorithm);
    emits.forEach(withType);
  }
  for (const ref of affected.windowTypes) {
    withType(ref);
    const { open } = draft.windowTypes.get(ref)!;
    if (open.kind === 'outcome') withAlgorithm(open.algorithm);
    for (const emitter of proven.emittersOf(ref)) withAlgorithm(refOf(emitter));
  }
  const given = [...algorithms.keys()].filter((ref) => !affected.algorithms.has(ref));
  const laterOnly = laterOnlyOf(draft, given);
  return { ...draft, windowTypes, algorithms, oncePerParent, single, laterOnly, whole: draft };
}
