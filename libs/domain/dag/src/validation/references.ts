import type { Ref } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import type { Draft } from './draft.ts';

/** Every name that leads nowhere. */
export function referenceProblems(draft: Draft): Problem[] {
  const problems: Problem[] = [];
  const knownAlgorithms = (): Ref[] => [...draft.algorithms.keys(), ...draft.expected.keys()];
  const windowType = (ref: Ref, path: string): void => {
    if (draft.windowTypes.has(ref)) return;
    problems.push({
      code: 'UNKNOWN_WINDOW_TYPE',
      path,
      message: `window type "${ref}" does not exist.${didYouMean(ref, draft.windowTypes.keys())}`,
      mend: 'define it in the definitions file and apply that, or correct the reference',
    });
  };
  const algorithm = (ref: Ref, path: string): void => {
    if (draft.algorithms.has(ref) || draft.expected.has(ref)) return;
    problems.push({
      code: 'UNKNOWN_ALGORITHM',
      path,
      message: `algorithm "${ref}" does not exist.${didYouMean(ref, knownAlgorithms())}`,
      mend: 'register its processor first, list it under `processors` in the definitions file, or correct the reference',
    });
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
    emits.forEach((type, i) => windowType(type, `${path}.emits[${i}]`));
  }
  return problems;
}
