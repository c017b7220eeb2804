import {
  applyDefinitions,
  applyEntry,
  emptyRegistryView,
  type Hint,
  hintsOf,
  parseDefinitions,
  parseRegistration,
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
      readonly warnings: readonly PlacedWarning[];
      /** What the references of all documents stand for, where they leave a version open, in their order. */
      readonly resolved: readonly ResolvedRef[];
      /** About what there is in the end. */
      readonly hints: readonly Hint[];
    }
  /** `registration`: which of them is refused; null: the definitions are. */
  | { readonly ok: false; readonly registration: number | null; readonly problems: readonly Problem[] };

/** `registration`: which of them it is about; null: the definitions. */
export interface PlacedWarning extends Warning {
  readonly registration: number | null;
}

const NOTHING: RegistryState = {
  revision: { number: 0, windowTypes: [], processors: [], algorithms: [] },
  policies: new Map(),
  sources: new Map(),
};

/** What a hub knows that had nothing before these definitions, and then these registrations, were applied. */
export function definedView(definitions: unknown, registrations: readonly unknown[] = []): DefinedView {
  const parsed = parseDefinitions(definitions);
  const defined = parsed.ok ? applyDefinitions(NOTHING, parsed.value) : parsed;
  if (!defined.ok) return { ok: false, registration: null, problems: defined.problems };
  let state = after(NOTHING, defined);
  const warnings: PlacedWarning[] = defined.warnings.map((one) => ({ ...one, registration: null }));
  const resolved = [...defined.resolved];
  for (const [registration, body] of registrations.entries()) {
    const registered = register(state, body);
    if (!registered.ok) return { ok: false, registration, problems: registered.problems };
    state = after(state, registered);
    warnings.push(...registered.warnings.map((one) => ({ ...one, registration })));
    resolved.push(...registered.resolved);
  }
  const view = entriesOf(state).reduce(applyEntry, emptyRegistryView);
  return { ok: true, view, warnings, resolved, hints: hintsOf(state.revision) };
}

function register(state: RegistryState, body: unknown): Proposal | Refusal {
  const parsed = parseRegistration(body);
  return parsed.ok ? registerProcessor(state, parsed.value, { teams: [parsed.value.team] }) : parsed;
}

type FullState = RegistryState & { readonly sources: ReadonlyMap<string, Source> };

const after = (state: RegistryState, { revision, policies, sources }: Proposal): FullState => ({
  revision,
  policies: new Map([...state.policies, ...policies.map((one): [string, AvailabilityPolicy] => [one.windowType, one])]),
  sources: new Map([...(state as FullState).sources, ...sources.map((one): [string, Source] => [one.name, one])]),
});

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
