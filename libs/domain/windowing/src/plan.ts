import {
  compileCondition,
  indexDag,
  isOpenedBySignals,
  isScheduled,
  matches,
  policyOf,
  liveRevision,
  refOf,
  type AvailabilityPolicy,
  type BindingTiming,
  type Condition,
  type DagIndex,
  type DagRevision,
  type PreviousSpec,
  type Ref,
  type RegistryView,
  type Source,
  type WindowType,
} from '@windlass/dag';
import { shifted } from './time.ts';

/** The key of windows that belong to no source: cron and calendar with scope `global`. */
export const GLOBAL_KEY = 'global';

/** One window type with all that its windows need, for one source. */
export interface TypePlan {
  readonly ref: Ref;
  readonly type: WindowType;
  readonly policy: AvailabilityPolicy;
  readonly parent: TypePlan | null;
  readonly children: readonly TypePlan[];
  /** Signals that are elements of its windows. */
  readonly elements: ReadonlySet<string>;
  /** Signals that move its watermark; null: all of the source. */
  readonly reads: ReadonlySet<string> | null;
  readonly previous: readonly PreviousSpec[];
  /** Panes that are taken by an algorithm which may open windows within this window's ancestors. */
  readonly awaits: ReadonlySet<BindingTiming>;
  /** Its windows are opened by results: outcome and emission. */
  readonly openedByResults: boolean;
  /** A result decides whether a window opens. */
  readonly condition: Condition | null;
}

/** Until when a window that a result has opened, or may open, may be revised: its lateness runs in processing time. */
export const latenessEndUs = ({ policy }: TypePlan, sinceUs: number): number =>
  shifted(sinceUs, policy.allowedLatenessUs);

/** The window types that apply to one source, each after its parent. */
export interface SourcePlan {
  readonly dagRevision: number;
  readonly types: readonly TypePlan[];
  readonly byRef: ReadonlyMap<Ref, TypePlan>;
  /** Types whose watermark a signal of this name moves. */
  readersOf(signal: string): readonly TypePlan[];
}

/**
 * Gives each source its plan: the part of the live revision whose selectors match it, with the policies of now. Build a new one
 * when the registry view has changed; sources with the same types share a plan.
 */
export function compilePlans(view: RegistryView): (source: Source) => SourcePlan {
  const revision = liveRevision(view);
  const index = indexDag(revision);
  const compiled = new Map<string, SourcePlan>();
  return (source) => {
    const applicable = revision.windowTypes.map(
      (type) => isScope(type, source) && (source.name === GLOBAL_KEY || matches(type.for, source)),
    );
    const signature = applicable.map(Number).join('');
    const known = compiled.get(signature);
    if (known) return known;
    const types = revision.windowTypes.filter((_, i) => applicable[i]);
    const plan = compilePlan({ revision, index, types, policy: (ref) => policyOf(view, ref) });
    compiled.set(signature, plan);
    return plan;
  };
}

/** Window types whose outcomes may open windows, by the live revision. Of no other type does a window wait for outcomes. */
export function typesThatOpenWindows(view: RegistryView): ReadonlySet<Ref> {
  const revision = liveRevision(view);
  const index = indexDag(revision);
  return new Set(revision.windowTypes.map(refOf).filter((ref) => awaited(ref, index).size > 0));
}

const isScope = (type: WindowType, source: Source): boolean =>
  (isScheduled(type.open) && type.open.scope === 'global') === (source.name === GLOBAL_KEY);

interface PlanParts {
  readonly revision: DagRevision;
  readonly index: DagIndex;
  readonly types: readonly WindowType[];
  readonly policy: (ref: Ref) => AvailabilityPolicy;
}

function compilePlan({ revision, index, types, policy }: PlanParts): SourcePlan {
  const byRef = new Map<Ref, TypePlan>();
  const declared = new Map(types.map((type) => [refOf(type), type]));

  const compile = (type: WindowType): TypePlan | null => {
    const ref = refOf(type);
    const known = byRef.get(ref);
    if (known) return known;
    const parentType = type.parent === undefined ? undefined : declared.get(type.parent);
    const parent = parentType ? compile(parentType) : null;
    if (type.parent !== undefined && !parent) return null;
    const children: TypePlan[] = [];
    const plan: TypePlan = {
      ref,
      type,
      policy: policy(ref),
      parent,
      children,
      elements: new Set(type.reads),
      reads: watermarkSignals(type, parent),
      previous: index.previousSpecsOf(ref),
      awaits: awaited(ref, index),
      openedByResults: type.open.kind === 'outcome' || type.open.kind === 'emission',
      condition: type.open.kind === 'outcome' ? compileCondition(type.open.when, { result: null, metadata: {} }) : null,
    };
    byRef.set(ref, plan);
    (parent?.children as TypePlan[] | undefined)?.push(plan);
    return plan;
  };
  for (const type of types) compile(type);

  const ordered = [...byRef.values()];
  const readers = new Map<string, readonly TypePlan[]>();
  return {
    dagRevision: revision.number,
    types: ordered,
    byRef,
    readersOf: (signal) => {
      const known = readers.get(signal);
      if (known) return known;
      const found = ordered.filter(({ reads }) => reads === null || reads.has(signal));
      if (readers.size < READERS_CACHED) readers.set(signal, found);
      return found;
    },
  };
}

/** Signal names are outside input: do not remember endlessly many. */
const READERS_CACHED = 10_000;

/** Its own signals, or its parent's, or all of the source. */
function watermarkSignals(type: WindowType, parent: TypePlan | null): ReadonlySet<string> | null {
  const own = isOpenedBySignals(type.open) ? [type.open.signal, ...type.reads] : type.reads;
  if (own.length > 0) return new Set(own);
  return parent ? parent.reads : null;
}

function awaited(ref: Ref, index: DagIndex): ReadonlySet<BindingTiming> {
  const openers = index
    .algorithmsOn(ref)
    .filter((algorithm) => algorithm.emits.length > 0 || index.conditionsOn(refOf(algorithm)).length > 0);
  return new Set(openers.flatMap(({ bindings }) => bindings.filter((b) => b.windowType === ref).flatMap((b) => b.on)));
}
