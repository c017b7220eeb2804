import type { Definitions } from '../definitions/definitions.ts';
import { toKind } from '../definitions/kind.ts';
import { toWantedSource } from '../definitions/source.ts';
import { type ExpectedAlgorithm, type Ref, refOf } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import { contentOf } from './content.ts';
import type { Named } from './cut.ts';
import { goes } from './going.ts';
import { propose, proposeWithout, type RemovalRules, type Wanted } from './propose.ts';
import { duplicateOwner } from './register-processor.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import { type Live, WantedBuilder } from './wanted.ts';

/** What a definitions file makes of the registry. It adds and changes; what the file leaves out stays. */
export const applyDefinitions = (state: RegistryState, definitions: Definitions): Proposal | Refusal =>
  propose(state, wantedOf(state, state.revision, definitions));

/**
 * The same, and what belongs to the file's owner and is not in it goes: window types, and algorithms that are only expected. It is
 * proven like a retirement. What processors registered and sources stay. References of the file mean what is there afterwards, so that
 * the same file once more changes nothing.
 */
export function applyAndPrune(state: RegistryState, definitions: Definitions, rules: RemovalRules): Proposal | Refusal {
  const named = leftOut(state, definitions);
  const windowTypes = state.revision.windowTypes.filter((type) => !named.windowTypes.has(refOf(type)));
  return proposeWithout(state, wantedOf(state, { windowTypes, going: named.windowTypes }, definitions), named, rules);
}

/** What belongs to the file's owner and is not in it. */
function leftOut({ revision }: RegistryState, { owner, ...file }: Definitions): Named {
  const { windowTypes, expected = [], algorithms } = revision;
  const [types, named] = [file.windowTypes.map(refOf), file.processors.flatMap((one) => one.algorithms)];
  const [inFile, expectedInFile] = [new Set(types), new Set<Ref>(named)];
  const registered = new Set(algorithms.map(refOf));
  const isUnexpected = (one: ExpectedAlgorithm): boolean => one.owner === owner && !expectedInFile.has(one.algorithm);
  const [fulfilled, unfulfilled] = partition(expected.filter(isUnexpected), (one) => registered.has(one.algorithm));
  return {
    processors: new Set(),
    algorithms: new Set(unfulfilled),
    windowTypes: new Set(
      windowTypes
        .filter((type) => type.owner === owner)
        .map(refOf)
        .filter((ref) => !inFile.has(ref)),
    ),
    expectations: new Set(fulfilled),
  };
}

function partition(
  expected: readonly ExpectedAlgorithm[],
  isFirst: (one: ExpectedAlgorithm) => boolean,
): readonly [readonly Ref[], readonly Ref[]] {
  const refs = (wanted: boolean): Ref[] =>
    expected.filter((one) => isFirst(one) === wanted).map(({ algorithm }) => algorithm);
  return [refs(true), refs(false)];
}

function wantedOf({ revision }: RegistryState, live: Live, definitions: Definitions): Wanted {
  const builder = new WantedBuilder(live);
  const { wanted } = builder;
  const { owner } = definitions;
  builder.calendars(definitions.calendars);
  builder.windowTypes(definitions.windowTypes, owner);

  const types = new Set([...live.windowTypes.map(refOf), ...wanted.windowTypes.keys()]);
  definitions.policies.forEach(({ windowType, ...fields }, i) => {
    const path = `policies[${i}]`;
    if (types.has(windowType)) builder.policy(windowType, fields, path);
    else if (live.going?.has(windowType))
      builder.problem(goes('UNKNOWN_WINDOW_TYPE', { path: `${path}.windowType`, asked: windowType, ref: windowType }));
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
  const registered = contentOf(revision).algorithms;
  definitions.processors.forEach((processor, i) => {
    if (!builder.place('processors', processor.name, `processors[${i}]`)) return;
    const { name } = processor;
    processor.algorithms.forEach((algorithm, at) => {
      const holder = registered.get(algorithm)?.processor;
      const path = `processors[${i}].algorithms[${at}]`;
      if (holder !== undefined && holder !== name) builder.problem(duplicateOwner(algorithm, { holder, name, path }));
      else if (builder.place('expected', algorithm, path))
        wanted.expected.set(algorithm, { algorithm, processor: name, owner: processor.owner ?? owner });
    });
  });
  return wanted;
}
