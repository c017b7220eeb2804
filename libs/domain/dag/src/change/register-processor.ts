import { type Document, elementsOf } from '../definitions/document.ts';
import type { Registration } from '../definitions/registration.ts';
import { refOf } from '../model.ts';
import type { Problem, Warning } from '../problem.ts';
import { didYouMean } from '../near-match.ts';
import { contentOf, versionsIn } from './content.ts';
import { toAlgorithm } from './defaults.ts';
import { type Assumed, assumed, propose } from './propose.ts';
import type { ChangeRules, Proposal, Refusal, RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';
import { WantedBuilder } from './wanted-builder.ts';

/**
 * What a processor's registration makes of the registry. It adds and replaces its own algorithms; one it no longer names
 * stays until an operator retires it. Window types it proposes are taken only when they are new: the hub's own stay.
 */
export function registerProcessor(
  state: RegistryState,
  document: Document<Registration>,
  { teams }: ChangeRules,
): Proposal | Refusal {
  const outcome = propose(state, wantedOf(state, document, teams));
  if (!outcome.ok) return outcome;
  return { ...outcome, warnings: [...outcome.warnings, ...leftOut(state, document.value)] };
}

/** What the registry would be if nobody refused the registration: with all of it that can be read. */
export const assumedRegistration = (
  state: RegistryState,
  document: Document<Registration>,
  { teams }: ChangeRules,
): Assumed => assumed(state, wantedOf(state, document, teams));

function wantedOf(state: RegistryState, document: Document<Registration>, teams: readonly string[]): Wanted {
  const { value: registration, fields } = document;
  const { name, version, team, owner = team } = registration;
  const builder = new WantedBuilder(state.revision, document, owner);
  const { wanted } = builder;
  wanted.replaces.push('algorithms');
  if (!teams.includes(team) && !fields.has('team')) builder.problem(unknownTeam(team, teams));
  builder.place('processors', name, '.');
  wanted.processors.set(name, { name, version, owner, team });

  const live = contentOf(state.revision);
  const existing = versionsIn(live.windowTypes);
  const proposed = elementsOf(document, 'windowTypes');
  builder.windowTypes(proposed.filter(({ value }) => existing.resolve(refOf(value)) === undefined));
  for (const { value: declared, path } of elementsOf(document, 'algorithms')) {
    const ref = refOf(declared);
    if (!builder.place('algorithms', ref, path)) continue;
    const holder = (live.algorithms.get(ref) ?? live.expected.get(ref))?.processor;
    const isOthers = holder !== undefined && holder !== name && !fields.has('name');
    if (isOthers) builder.problem(duplicateOwner(ref, { holder, name, path }));
    else wanted.algorithms.set(ref, toAlgorithm(declared, registration));
  }
  return wanted;
}

/** Registering only adds: what the processor exposed before and does not name now stays, and its tasks go on to be sent. */
function leftOut({ revision }: RegistryState, { name, algorithms }: Registration): Warning[] {
  const named = new Set(algorithms.map(refOf));
  return revision.algorithms
    .filter((one) => one.processor === name && !named.has(refOf(one)))
    .map((one) => ({
      code: 'LEFT_OUT',
      path: 'algorithms',
      message: `${name} has exposed ${refOf(one)} before and does not name it now: it stays, and its tasks wait until an instance has it`,
      chain: [name, refOf(one)],
      owners: [one.owner],
      mend: `windlass retire ${refOf(one)}, unless instances that have it still run`,
    }));
}

const unknownTeam = (team: string, teams: readonly string[]): Problem => ({
  code: 'UNKNOWN_TEAM',
  path: 'team',
  message: `team "${team}" has no result topic; there are ${teams.join(', ')}.${didYouMean(team, teams)}`,
  mend: "choose one of these, or add the team to the hub's configuration (WINDLASS_TEAMS)",
});

/** Who wants to expose what another processor has. */
export const duplicateOwner = (
  ref: string,
  { holder, name, path }: { holder: string; name: string; path: string },
): Problem => ({
  code: 'DUPLICATE_OWNER',
  path,
  message: `${ref} is processor "${holder}"'s; "${name}" cannot expose it too`,
  chain: [ref, holder, name],
  mend: 'register another name or version, or let an operator retire the other first',
});
