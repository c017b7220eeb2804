import { applyDefinitions } from './change/apply-definitions.ts';
import { registerProcessor } from './change/register-processor.ts';
import type { Proposal, Refusal, RegistryState } from './change/state.ts';
import type { Work } from './change/work.ts';
import type { DefinitionsInput } from './definitions/definitions.ts';
import { readDefinitions, readRegistration } from './definitions/document.ts';
import type { RegistrationInput } from './definitions/registration.ts';

/** Builders for specs: what people write in, a registry state or the problems out. */
export const emptyState: RegistryState = {
  revision: { number: 0, windowTypes: [], processors: [], algorithms: [] },
  policies: new Map(),
  sources: new Map(),
};

/** Nothing is under way. */
export const idle: Work = { openWindows: { known: true, value: new Map() }, tasks: { known: true, value: [] } };

type Outcome = Proposal | Refusal;

export const define = (input: unknown, state = emptyState): Outcome => applyDefinitions(state, readDefinitions(input));

export const register = (input: unknown, state = emptyState): Outcome =>
  registerProcessor(state, readRegistration(input), { teams: ['default', 'blue'] });

/** The state after an accepted proposal. @throws Error naming the problems of a refused one. */
export function after(outcome: Outcome, state = emptyState): RegistryState {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems, null, 2));
  return {
    revision: outcome.revision,
    policies: new Map([...state.policies, ...outcome.policies.map((policy) => [policy.windowType, policy] as const)]),
    sources: new Map(outcome.sources.map((source) => [source.name, source])),
  };
}

export const problemsOf = (outcome: Outcome) => (outcome.ok ? [] : outcome.problems);
export const codesOf = (outcome: Outcome): string[] => problemsOf(outcome).map(({ code }) => code);

type WindowTypeInput = NonNullable<DefinitionsInput['windowTypes']>[number];

export const life: WindowTypeInput = {
  name: 'life',
  version: 1,
  reads: ['sample'],
  open: { startStop: { signal: 'life', maxDuration: '1d' } },
};
export const cycle: WindowTypeInput = {
  name: 'cycle',
  version: 1,
  parent: 'life@1',
  reads: ['sample'],
  open: { fixed: { size: '2s' } },
};

export const defined = (
  windowTypes: DefinitionsInput['windowTypes'] = [life, cycle],
  more: Partial<DefinitionsInput> = {},
): RegistryState => after(define({ windowTypes, ...more }));

type AlgorithmInput = RegistrationInput['algorithms'][number];

export const algorithm = (name: string, more: Partial<AlgorithmInput> = {}): AlgorithmInput => ({
  name,
  version: 1,
  windows: ['cycle@1'],
  result: 'double',
  ...more,
});

export const processor = (
  algorithms: readonly AlgorithmInput[],
  more: Partial<RegistrationInput> = {},
): RegistrationInput => ({ name: 'health', version: '1.0.0', algorithms: [...algorithms], ...more });

/** What comes of a processor of these algorithms that registers, by default beside `life` and `cycle`. */
export const registered = (algorithms: readonly AlgorithmInput[], state = defined()): Outcome =>
  register(processor(algorithms), state);

/** What is wrong with that. */
export const refusal = (algorithms: readonly AlgorithmInput[], state = defined()) =>
  problemsOf(registered(algorithms, state));
