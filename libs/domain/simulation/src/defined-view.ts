import {
  applyDefinitions,
  applyEntry,
  type Assumed,
  assumedDefinitions,
  assumedRegistration,
  emptyRegistryView,
  type Hint,
  hintsOf,
  readDefinitions,
  readRegistration,
  registerProcessor,
  type AvailabilityPolicy,
  type Problem,
  type Proposal,
  type Refusal,
  type RegistryEntry,
  type RegistryState,
  type RegistryView,
  type ResolvedRef,
  type Source,
  type Warning,
} from '@windlass/dag';

export type DefinedView =
  | {
      readonly ok: true;
      readonly view: RegistryView;
      readonly warnings: readonly Placed<Warning>[];
      /** What the references of all documents stand for, where they leave a version open, in their order. */
      readonly resolved: readonly ResolvedRef[];
      /** About what there is in the end. */
      readonly hints: readonly Hint[];
    }
  /** Everything that is wrong with any of the documents. */
  | { readonly ok: false; readonly problems: readonly Placed<Problem>[] };

/** `registration`: which of them it is about; null: the definitions. */
export type Placed<One> = One & { readonly registration: number | null };

const NOTHING: FullState = {
  revision: { number: 0, windowTypes: [], processors: [], algorithms: [] },
  policies: new Map(),
  sources: new Map(),
};

/**
 * What a hub knows that had nothing before these definitions, and then these registrations, were applied. What is refused hides
 * nothing of what comes after it: that is judged as if nobody had refused what can be read, and nothing is told twice.
 */
export function definedView(definitions: unknown, registrations: readonly unknown[] = []): DefinedView {
  const steps = [definedBy(definitions), ...registrations.map(registeredBy)];
  let state = NOTHING;
  const problems: Placed<Problem>[] = [];
  const warnings: Placed<Warning>[] = [];
  const resolved: ResolvedRef[] = [];
  for (const [i, { propose, assume }] of steps.entries()) {
    const registration = i === 0 ? null : i - 1;
    const outcome = propose(state);
    if (outcome.ok) {
      warnings.push(...outcome.warnings.map((one) => ({ ...one, registration })));
      resolved.push(...outcome.resolved);
    } else {
      const before = new Set(problems.map(said));
      const more = outcome.problems.filter((problem) => !isInDag(problem) || !before.has(said(problem)));
      problems.push(...more.map((problem) => ({ ...problem, registration })));
    }
    state = after(state, outcome.ok ? outcome : assume(state));
  }
  if (problems.length > 0) return { ok: false, problems };
  const view = entriesOf(state).reduce(applyEntry, emptyRegistryView);
  return { ok: true, view, warnings, resolved, hints: hintsOf(state.revision) };
}

/** Of what the document that is judged does not have itself: documents before it have told what is wrong there. */
const isInDag = ({ path }: Problem): boolean => /^\w+\[(?!\d+\])/.test(path);

const said = ({ code, message }: Problem): string => JSON.stringify([code, message]);

interface Step {
  readonly propose: (state: FullState) => Proposal | Refusal;
  readonly assume: (state: FullState) => Assumed;
}

function definedBy(definitions: unknown): Step {
  const document = readDefinitions(definitions);
  return {
    propose: (state) => applyDefinitions(state, document),
    assume: (state) => assumedDefinitions(state, document),
  };
}

function registeredBy(body: unknown): Step {
  const document = readRegistration(body);
  const rules = { teams: [document.value.team] };
  return {
    propose: (state) => registerProcessor(state, document, rules),
    assume: (state) => assumedRegistration(state, document, rules),
  };
}

type FullState = RegistryState & { readonly sources: ReadonlyMap<string, Source> };

const after = (state: FullState, { revision, policies, sources, unread }: Proposed): FullState => ({
  ...state,
  ...(unread && { unread }),
  revision,
  policies: new Map([...state.policies, ...policies.map((one): [string, AvailabilityPolicy] => [one.windowType, one])]),
  sources: new Map([...state.sources, ...sources.map((one): [string, Source] => [one.name, one])]),
});

type Proposed = Pick<Proposal, 'revision' | 'policies' | 'sources'> & Partial<Pick<Assumed, 'unread'>>;

const entriesOf = ({ revision, policies, sources }: FullState): RegistryEntry[] => [
  { kind: 'REVISION', name: String(revision.number), number: revision.number, body: JSON.stringify(revision) },
  ...[...policies.values()].map((one): RegistryEntry => ({
    kind: 'POLICY',
    name: one.windowType,
    number: one.number,
    body: JSON.stringify(one),
  })),
  ...[...sources.values()].map((one): RegistryEntry => ({
    kind: 'SOURCE',
    name: one.name,
    number: 1,
    body: JSON.stringify(one),
  })),
];
