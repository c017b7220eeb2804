import type { Definitions } from '../definitions/definitions.ts';
import { toKind } from '../definitions/kind.ts';
import { toWantedSource } from '../definitions/source.ts';
import { refOf } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import { propose } from './propose.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import { WantedBuilder } from './wanted.ts';

/** What a definitions file makes of the registry. It adds and changes; what the file leaves out stays. */
export function applyDefinitions(state: RegistryState, definitions: Definitions): Proposal | Refusal {
  const builder = new WantedBuilder(state.revision);
  const { wanted } = builder;
  const { owner } = definitions;
  builder.calendars(definitions.calendars);
  builder.windowTypes(definitions.windowTypes, owner);

  const types = new Set([...state.revision.windowTypes.map(refOf), ...wanted.windowTypes.keys()]);
  definitions.policies.forEach(({ windowType, ...fields }, i) => {
    const path = `policies[${i}]`;
    if (types.has(windowType)) builder.policy(windowType, fields, path);
    else
      builder.problem({
        code: 'UNKNOWN_WINDOW_TYPE',
        path: `${path}.windowType`,
        message: `window type "${windowType}" does not exist.${didYouMean(windowType, types)}`,
        mend: 'define it under `windowTypes`, or correct the reference',
      });
  });
  definitions.kinds.forEach((kind, i) => {
    if (builder.place('kinds', kind.name, `kinds[${i}]`)) wanted.kinds.set(kind.name, toKind(kind, owner));
  });
  definitions.sources.forEach((source, i) => {
    if (builder.place('sources', source.name, `sources[${i}]`))
      wanted.sources.set(source.name, toWantedSource(source, owner));
  });
  definitions.processors.forEach((processor, i) => {
    if (!builder.place('processors', processor.name, `processors[${i}]`)) return;
    for (const algorithm of processor.algorithms)
      wanted.expected.set(algorithm, { algorithm, processor: processor.name, owner: processor.owner ?? owner });
  });
  return propose(state, wanted);
}
