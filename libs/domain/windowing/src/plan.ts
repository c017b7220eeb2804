import {
  compileCondition,
  compileSignalCondition,
  compileSignalState,
  indexDag,
  isObserved,
  matches,
  policyOf,
  liveRevision,
  refOf,
  type AvailabilityPolicy,
  type BindingTiming,
  type Condition,
  type DagIndex,
  type DagRevision,
  type EpochUs,
  type PreviousSpec,
  type Ref,
  type RegistryView,
  type SignalScalar,
  type Source,
  type WindowType,
  watchedSignal,
} from '@windlass/dag';
import type { Signal } from './input.ts';
import { ENDLESS, shifted } from './time.ts';

/** The key of windows that belong to no source: cron with scope `global`. */
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
  /** From when to when the source is valid, of a type whose windows last so long. */
  readonly life: { readonly fromUs: EpochUs | null; readonly toUs: EpochUs };
  /** A late element may move the start of its windows, and merge them. */
  readonly startsMove: boolean;
  /** That holds for windows that its windows lie in. */
  readonly liesInSessions: boolean;
  /** Signals of this name are looked at by windows that are stretches of them. */
  observes(signal: string): boolean;
  /** What such a signal tells them: `Observation.mark`; undefined: nothing. */
  readonly observe: (signal: Signal) => SignalScalar | undefined;
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
    const types = revision.windowTypes.filter((_, i) => applicable[i]);
    const life = { fromUs: source.validFromUs ?? null, toUs: source.validToUs ?? ENDLESS };
    const isLife = types.some(({ open }) => open.kind === 'wholeLife');
    const signature = applicable.map(Number).join('') + (isLife ? ` ${life.fromUs} ${life.toUs}` : '');
    const known = compiled.get(signature);
    if (known) return known;
    const plan = compilePlan({ revision, index, types, life, policy: (ref) => policyOf(view, ref) });
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
  (type.open.kind === 'cron' && type.open.scope === 'global') === (source.name === GLOBAL_KEY);

interface PlanParts {
  readonly revision: DagRevision;
  readonly index: DagIndex;
  readonly types: readonly WindowType[];
  readonly life: TypePlan['life'];
  readonly policy: (ref: Ref) => AvailabilityPolicy;
}

function compilePlan({ revision, index, types, life, policy }: PlanParts): SourcePlan {
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
      life: type.open.kind === 'wholeLife' ? life : ALWAYS,
      liesInSessions: parent !== null && (parent.liesInSessions || parent.startsMove),
      startsMove: type.open.kind === 'session' || (type.open.kind === 'wholeLife' && life.fromUs === null),
      observes: (signal) =>
        type.open.kind === 'count' ? type.reads.includes(signal) : isObserved(type.open) && type.open.signal === signal,
      observe: observer(type),
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

const ALWAYS: TypePlan['life'] = { fromUs: null, toUs: ENDLESS };

/** Signal names are outside input: do not remember endlessly many. */
const READERS_CACHED = 10_000;

/** Its own signals, or its parent's, or all of the source. */
function watermarkSignals(type: WindowType, parent: TypePlan | null): ReadonlySet<string> | null {
  const watched = watchedSignal(type.open);
  const own = watched === null ? type.reads : [watched, ...type.reads];
  if (own.length > 0) return new Set(own);
  return parent ? parent.reads : null;
}

function awaited(ref: Ref, index: DagIndex): ReadonlySet<BindingTiming> {
  const openers = index
    .algorithmsOn(ref)
    .filter((algorithm) => algorithm.emits.length > 0 || index.conditionsOn(refOf(algorithm)).length > 0);
  return new Set(openers.flatMap(({ bindings }) => bindings.filter((b) => b.windowType === ref).flatMap((b) => b.on)));
}

function observer({ open, metadata }: WindowType): TypePlan['observe'] {
  switch (open.kind) {
    case 'condition': {
      const from = compileSignalCondition(open.from, metadata);
      const to = open.to === null ? null : compileSignalCondition(open.to, metadata);
      if (!from.ok || (to && !to.ok)) return () => undefined;
      return (signal) => {
        if (!to) return marked(from.evaluate(signal));
        if (to.evaluate(signal) === true) return -1;
        const opens = from.evaluate(signal);
        return opens === false ? 0 : marked(opens);
      };
    }
    case 'state': {
      const of = compileSignalState(open.of, metadata);
      return of.ok ? of.evaluate : () => undefined;
    }
    case 'count':
      return ({ count }) => count;
    default:
      return () => undefined;
  }
}

const marked = (holds: boolean | undefined): number | undefined => (holds === undefined ? undefined : holds ? 1 : -1);
