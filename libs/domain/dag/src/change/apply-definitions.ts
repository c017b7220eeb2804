import type { Definitions } from '../definitions/definitions.ts';
import { toKind } from '../definitions/kind.ts';
import { toWantedSource } from '../definitions/source.ts';
import { type ExpectedAlgorithm, type Ref, refOf } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import { contentOf } from './content.ts';
import { propose, proposeWithout, type RemovalRules, type Wanted } from './propose.ts';
import { duplicateOwner } from './register-processor.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import { WantedBuilder } from './wanted.ts';

/** What a definitions file makes of the registry. It adds and changes; what the file leaves out stays. */
export const applyDefinitions = (state: RegistryState, definitions: Definitions): Proposal | Refusal =>
  propose(state, wantedOf(state, definitions));

/**
 * The same, and what belongs to the file's owner and is not in it goes: window types, and algorithms that are only expected. It is
 * proven like a retirement. What processors registered and sources stay.
 */
export function applyAndPrune(state: RegistryState, definitions: Definitions, rules: RemovalRules): Proposal | Refusal {
  const { owner } = definitions;
  const wanted = wantedOf(state, definitions);
  const { windowTypes, expected = [], algorithms } = state.revision;
  const registered = new Set(algorithms.map(refOf));
  const isUnexpected = (one: ExpectedAlgorithm): boolean => one.owner === owner && !wanted.expected.has(one.algorithm);
  const [fulfilled, unfulfilled] = partition(expected.filter(isUnexpected), (one) => registered.has(one.algorithm));
  return proposeWithout(
    state,
    wanted,
    {
      processors: new Set(),
      algorithms: new Set(unfulfilled),
      windowTypes: new Set(
        windowTypes
          .filter((type) => type.owner === owner)
          .map(refOf)
          .filter((ref) => !wanted.windowTypes.has(ref)),
      ),
      expectations: new Set(fulfilled),
    },
    rules,
  );
}

function partition(
  expected: readonly ExpectedAlgorithm[],
  isFirst: (one: ExpectedAlgorithm) => boolean,
): readonly [readonly Ref[], readonly Ref[]] {
  const refs = (wanted: boolean): Ref[] =>
    expected.filter((one) => isFirst(one) === wanted).map(({ algorithm }) => algorithm);
  return [refs(true), refs(false)];
}

function wantedOf(state: RegistryState, definitions: Definitions): Wanted {
  const builder = new WantedBuilder(state.revision);
  const { wanted } = builder;
  const { owner } = definitions;
  builder.calendars(definitions.calendars);
  builder.windowTypes(definitions.windowTypes, owner);

  const live = contentOf(state.revision);
  const types = new Set([...live.windowTypes.keys(), ...wanted.windowTypes.keys()]);
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
    const { name } = processor;
    processor.algorithms.forEach((algorithm, at) => {
      const holder = live.algorithms.get(algorithm)?.processor;
      const path = `processors[${i}].algorithms[${at}]`;
      if (holder !== undefined && holder !== name) builder.problem(duplicateOwner(algorithm, { holder, name, path }));
      else wanted.expected.set(algorithm, { algorithm, processor: name, owner: processor.owner ?? owner });
    });
  });
  return wanted;
}
