import type { Definitions } from '../definitions/definitions.ts';
import { type Document, elementsOf, type Located } from '../definitions/document.ts';
import { toKind } from '../definitions/kind.ts';
import { toWantedSource } from '../definitions/source.ts';
import { type ExpectedAlgorithm, type Ref, refOf } from '../model.ts';
import { suggestions } from '../near-match.ts';
import { VersionIndex } from '../versions/version-index.ts';
import { type Content, contentOf } from './content.ts';
import type { Named } from './cut.ts';
import { goes } from './going.ts';
import { type Assumed, assumed, propose } from './propose.ts';
import { proposeWithout } from './propose-without.ts';
import { duplicateOwner } from './register-processor.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';
import { type Live, WantedBuilder } from './wanted-builder.ts';
import type { RemovalRules } from './work.ts';

/** What a definitions file makes of the registry. It adds and changes; what the file leaves out stays. */
export const applyDefinitions = (state: RegistryState, document: Document<Definitions>): Proposal | Refusal =>
  propose(state, wantedOf(state, state.revision, document));

/** What the registry would be if nobody refused the file: with all of it that can be read. */
export const assumedDefinitions = (state: RegistryState, document: Document<Definitions>): Assumed =>
  assumed(state, wantedOf(state, state.revision, document));

/**
 * The same, and what belongs to the file's owner and is not in it goes: window types, and algorithms that are only expected. It is
 * proven like a retirement. What processors registered and sources stay. References of the file mean what is there afterwards, so that
 * the same file once more changes nothing. What is not in a file is known only of one that can be read.
 */
export function applyAndPrune(
  state: RegistryState,
  document: Document<Definitions>,
  rules: RemovalRules,
): Proposal | Refusal {
  if (document.problems.length > 0) return applyDefinitions(state, document);
  const named = leftOut(state, document.value);
  const windowTypes = state.revision.windowTypes.filter((type) => !named.windowTypes.has(refOf(type)));
  return proposeWithout(state, wantedOf(state, { windowTypes, going: named.windowTypes }, document), named, rules);
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

function wantedOf({ revision }: RegistryState, live: Live, document: Document<Definitions>): Wanted {
  const { owner } = document.value;
  const builder = new WantedBuilder(live, document, owner);
  const { wanted } = builder;
  wanted.replaces.push('windowTypes', 'kinds');
  builder.calendars(elementsOf(document, 'calendars'));
  builder.windowTypes(elementsOf(document, 'windowTypes'));
  policiesOf(builder, live, elementsOf(document, 'policies'));
  for (const { value: kind, path } of elementsOf(document, 'kinds'))
    if (builder.place('kinds', kind.name, path, kind.owner)) wanted.kinds.set(kind.name, toKind(kind, owner));
  for (const { value: source, path } of elementsOf(document, 'sources'))
    if (builder.place('sources', source.name, path, source.owner))
      wanted.sources.set(source.name, toWantedSource(source, owner));
  const registered = contentOf(revision).algorithms;
  for (const { value: processor, path } of elementsOf(document, 'processors'))
    expectedOf(builder, { processor: { ...processor, owner: processor.owner ?? owner }, path, registered });
  return wanted;
}

/** Policies of window types that are there, in whatever way their version is written. */
function policiesOf(builder: WantedBuilder, live: Live, policies: readonly Located<Policy>[]): void {
  if (policies.length === 0) return;
  const { wanted } = builder;
  const types = new Set([...live.windowTypes.map(refOf), ...wanted.windowTypes.keys()]);
  const suggest = suggestions();
  let versions: VersionIndex | undefined;
  for (const { value, path } of policies) {
    const { windowType, ...fields } = value;
    const ref = types.has(windowType) ? windowType : (versions ??= new VersionIndex(types)).resolve(windowType);
    if (ref !== undefined) builder.policy(ref, fields, path);
    else if (wanted.unread.mayBe('windowTypes', windowType)) continue;
    else if (live.going?.has(windowType))
      builder.problem(goes('UNKNOWN_WINDOW_TYPE', { path: `${path}.windowType`, asked: windowType, ref: windowType }));
    else
      builder.problem({
        code: 'UNKNOWN_WINDOW_TYPE',
        path: `${path}.windowType`,
        message: `window type "${windowType}" does not exist.${suggest(windowType, types)}`,
        mend: 'define it under `windowTypes`, or correct the reference',
      });
  }
}

type Policy = Definitions['policies'][number];

interface Expecting {
  readonly processor: Definitions['processors'][number] & { readonly owner: string };
  readonly path: string;
  readonly registered: Content['algorithms'];
}

/** Algorithms that a processor will register. */
function expectedOf(builder: WantedBuilder, { processor, path: at, registered }: Expecting): void {
  const { name, owner } = processor;
  if (!builder.place('processors', name, at, owner)) return;
  for (const [i, algorithm] of processor.algorithms.entries()) {
    const holder = registered.get(algorithm)?.processor;
    const path = `${at}.algorithms[${i}]`;
    if (holder !== undefined && holder !== name) builder.problem(duplicateOwner(algorithm, { holder, name, path }));
    else if (builder.place('expected', algorithm, path, owner))
      builder.wanted.expected.set(algorithm, { algorithm, processor: name, owner });
  }
}
