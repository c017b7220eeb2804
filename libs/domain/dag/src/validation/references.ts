import type { AskedRef, Ref } from '../model.ts';
import { didYouMean, suggestions } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import { splitRef } from '../versions/version.ts';
import { VersionIndex } from '../versions/version-index.ts';
import type { Draft } from './draft.ts';

/** Every name that leads nowhere, and every range that nothing fits. */
export function referenceProblems(draft: Draft): Problem[] {
  const problems: Problem[] = [];
  const whole = draft.whole ?? draft;
  const lost = lostReferences(whole);
  const windowType = (ref: AskedRef, path: string): void => {
    if (whole.windowTypes.has(ref) || whole.unread?.mayBe('windowTypes', ref)) return;
    problems.push(lost.windowType(ref, path));
  };
  const algorithm = (ref: AskedRef, path: string): void => {
    if (whole.algorithms.has(ref) || whole.expected.has(ref) || whole.unread?.mayBe('algorithms', ref)) return;
    problems.push(lost.algorithm(ref, path));
  };
  /** Results name what they emit by the same text, so it is not settled as other references are. */
  const emitted = (ref: Ref, path: string): void => {
    const other = whole.windowTypes.has(ref) ? undefined : lost.spelled(ref);
    if (other === undefined) windowType(ref, path);
    else problems.push(spelledOtherwise(ref, other, path));
  };
  for (const [ref, type] of draft.windowTypes) {
    const path = draft.locate('windowTypes', ref);
    if (type.parent !== undefined) windowType(type.parent, `${path}.parent`);
    if (type.open.kind === 'outcome') algorithm(type.open.algorithm, `${path}.open.outcome.algorithm`);
  }
  for (const [ref, { bindings, dependencies, emits }] of draft.algorithms) {
    const path = draft.locate('algorithms', ref);
    bindings.forEach((binding, i) => windowType(binding.windowType, `${path}.windows[${i}]`));
    dependencies.forEach((dependency, i) => algorithm(dependency.algorithm, `${path}.dependencies[${i}].algorithm`));
    emits.forEach((type, i) => emitted(type, `${path}.emits[${i}]`));
  }
  return problems;
}

/** Looks for what might have been meant, once there is something to look for. */
function lostReferences({ windowTypes, algorithms, expected }: Draft) {
  let types: VersionIndex | undefined;
  let supply: VersionIndex | undefined;
  const suggest = suggestions();
  return {
    /** The window type of that name and version which is written otherwise. */
    spelled: (ref: Ref): Ref | undefined => (types ??= new VersionIndex(windowTypes.keys())).resolve(ref),
    windowType: (ref: AskedRef, path: string): Problem => ({
      code: 'UNKNOWN_WINDOW_TYPE',
      path,
      ...lost('window type', ref, (types ??= new VersionIndex(windowTypes.keys())), suggest),
      mend: 'define it in the definitions file and apply that, or correct the reference',
    }),
    algorithm: (ref: AskedRef, path: string): Problem => ({
      code: 'UNKNOWN_ALGORITHM',
      path,
      ...lost('algorithm', ref, (supply ??= new VersionIndex([...algorithms.keys(), ...expected.keys()])), suggest),
      mend: 'register its processor first, list it under `processors` in the definitions file, or correct the reference',
    }),
  };
}

const spelledOtherwise = (ref: Ref, other: Ref, path: string): Problem => ({
  code: 'UNKNOWN_WINDOW_TYPE',
  path,
  message: `window type "${ref}" is written "${other}"; emissions name it by its own text`,
  mend: `write "${other}", here and in what is emitted`,
});

/** Versions of one name that a message lists. */
const MAX_LISTED = 20;

/** What is said of a reference that nothing answers to. */
export function lost(
  what: string,
  ref: AskedRef,
  index: VersionIndex,
  suggest = didYouMean,
): { readonly message: string } {
  const versions = index.refsOf(splitRef(ref).name);
  if (versions.length === 0) return { message: `${what} "${ref}" does not exist.${suggest(ref, index.refs())}` };
  const more = versions.length > MAX_LISTED ? ` and ${versions.length - MAX_LISTED} older` : '';
  return {
    message: `${what} "${ref}": no version of that name fits; there ${versions.length === 1 ? 'is' : 'are'} ${versions.slice(-MAX_LISTED).join(', ')}${more}`,
  };
}
