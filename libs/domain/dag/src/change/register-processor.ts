import type { Registration } from '../definitions/registration.ts';
import { refOf } from '../model.ts';
import type { Problem, Warning } from '../problem.ts';
import { didYouMean } from '../near-match.ts';
import { contentOf, versionsIn } from './content.ts';
import { toAlgorithm } from './defaults.ts';
import { propose } from './propose.ts';
import type { ChangeRules, Proposal, Refusal, RegistryState } from './state.ts';
import { WantedBuilder } from './wanted.ts';

/**
 * What a processor's registration makes of the registry. It adds and replaces its own algorithms; one it no longer names
 * stays until an operator retires it. Window types it proposes are taken only when they are new: the hub's own stay.
 */
export function registerProcessor(
  state: RegistryState,
  registration: Registration,
  { teams }: ChangeRules,
): Proposal | Refusal {
  const builder = new WantedBuilder(state.revision);
  const { name, version, team, owner = team } = registration;
  const { wanted } = builder;
  if (!teams.includes(team)) builder.problem(unknownTeam(team, teams));
  builder.place('processors', name, '.');
  wanted.processors.set(name, { name, version, owner, team });

  const live = contentOf(state.revision);
  const existing = versionsIn(live.windowTypes);
  builder.windowTypes(
    registration.windowTypes.filter((type) => existing.resolve(refOf(type)) === undefined),
    owner,
  );
  registration.algorithms.forEach((declared, i) => {
    const ref = refOf(declared);
    const path = `algorithms[${i}]`;
    if (!builder.place('algorithms', ref, path)) return;
    const holder = (live.algorithms.get(ref) ?? live.expected.get(ref))?.processor;
    if (holder !== undefined && holder !== name) builder.problem(duplicateOwner(ref, { holder, name, path }));
    else wanted.algorithms.set(ref, toAlgorithm(declared, registration));
  });
  const outcome = propose(state, wanted);
  return outcome.ok ? { ...outcome, warnings: [...outcome.warnings, ...leftOut(state, registration)] } : outcome;
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
