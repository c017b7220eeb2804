import type { Algorithm, AskedRef, Ref, WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';
import { pathKey } from '../validation/draft.ts';
import type { VersionIndex } from '../versions/version-index.ts';
import { eachAsked } from './asked.ts';
import { type Content, versionsIn } from './content.ts';
import type { ResolvedRef } from './state.ts';
import type { Wanted } from './wanted.ts';

/** What references may stand for once a document is applied. */
export interface Supplies {
  readonly windowTypes: VersionIndex;
  readonly algorithms: VersionIndex;
  readonly expected: VersionIndex;
}

type Named = Pick<Wanted, 'windowTypes' | 'algorithms' | 'paths'>;

type Supplying = Pick<Content, keyof Supplies>;

export const suppliesOf = ({ windowTypes, algorithms, expected }: Supplying): Supplies => ({
  windowTypes: versionsIn(windowTypes),
  algorithms: versionsIn(algorithms),
  expected: versionsIn(expected),
});

/** What supplies a content together with what a document wants. */
export function suppliesWith(content: Supplying, { windowTypes, algorithms, expected }: Supplying): Supplies {
  const live = suppliesOf(content);
  return {
    windowTypes: live.windowTypes.with(windowTypes.keys()),
    algorithms: live.algorithms.with(algorithms.keys()),
    expected: live.expected.with(expected.keys()),
  };
}

/** Registered versions go before those that are only expected. */
export const algorithmFor = ({ algorithms, expected }: Supplies, asked: AskedRef): Ref | undefined =>
  algorithms.resolve(asked) ?? expected.resolve(asked);

/**
 * Puts what they stand for in the place of all references that a document makes, and what was asked beside it. What is in the DAG
 * already stays as it was settled when it was registered. A reference that nothing fits is left as it is: it is reported as unknown.
 */
export function settleReferences(
  wanted: Named,
  supplies: Supplies,
): Pick<Wanted, 'windowTypes' | 'algorithms'> & { readonly resolved: readonly ResolvedRef[] } {
  const windowTypes = new Map([...wanted.windowTypes].map(([ref, type]) => [ref, settleType(type, supplies)]));
  const algorithms = new Map(
    [...wanted.algorithms].map(([ref, algorithm]) => [ref, settleAlgorithm(algorithm, supplies)]),
  );
  return {
    windowTypes,
    algorithms,
    resolved: [...eachAsked({ windowTypes: windowTypes.values(), algorithms: algorithms.values() })].map(
      ({ path, asked, ref }) => ({ path, asked, ref }),
    ),
  };
}

function settleType(type: WindowType, supplies: Supplies): WindowType {
  const { parent, open } = type;
  const found = parent === undefined ? undefined : supplies.windowTypes.resolve(parent);
  const opener = open.kind === 'outcome' ? algorithmFor(supplies, open.algorithm) : undefined;
  return {
    ...type,
    ...(found !== undefined && found !== parent && { parent: found, parentAsked: parent }),
    ...(open.kind === 'outcome' &&
      opener !== undefined &&
      opener !== open.algorithm && { open: { ...open, algorithm: opener, asked: open.algorithm } }),
  };
}

function settleAlgorithm(algorithm: Algorithm, supplies: Supplies): Algorithm {
  return {
    ...algorithm,
    bindings: algorithm.bindings.map((binding) => {
      const windowType = supplies.windowTypes.resolve(binding.windowType) ?? binding.windowType;
      return windowType === binding.windowType ? binding : { ...binding, windowType, asked: binding.windowType };
    }),
    dependencies: algorithm.dependencies.map((dependency) => {
      const ref = algorithmFor(supplies, dependency.algorithm) ?? dependency.algorithm;
      return ref === dependency.algorithm ? dependency : { ...dependency, algorithm: ref, asked: dependency.algorithm };
    }),
  };
}

/** `cycle@1` and `cycle@1.0.0` are one version: only one of them may exist. */
export function sameVersionProblems(
  { windowTypes, algorithms, expected, paths }: Named & Pick<Wanted, 'expected'>,
  supplies: Supplies,
): Problem[] {
  const twice = (kind: 'windowTypes' | 'algorithms' | 'expected', ref: Ref, other: Ref | undefined): Problem[] =>
    other === undefined
      ? []
      : [
          {
            code: 'DUPLICATE',
            path: paths.get(pathKey(kind, ref)) ?? `${kind}[${ref}]`,
            message: `"${ref}" and "${other}" are the same version`,
            chain: [ref, other],
            mend: `write it as the one that exists, "${other}", or give another version`,
          },
        ];
  return [
    ...[...windowTypes.keys()].flatMap((ref) => twice('windowTypes', ref, supplies.windowTypes.writtenOtherwise(ref))),
    ...[...algorithms.keys()].flatMap((ref) =>
      twice('algorithms', ref, supplies.algorithms.writtenOtherwise(ref) ?? supplies.expected.writtenOtherwise(ref)),
    ),
    ...[...expected.keys()].flatMap((ref) =>
      twice('expected', ref, supplies.expected.writtenOtherwise(ref) ?? supplies.algorithms.writtenOtherwise(ref)),
    ),
  ];
}

/** An algorithm takes panes of a window type by one binding: ranges, or other spellings, may come to the same type. */
export const boundTwiceProblems = ({ algorithms, paths }: Pick<Named, 'algorithms' | 'paths'>): Problem[] =>
  [...algorithms].flatMap(([ref, { bindings }]) => {
    const at = paths.get(pathKey('algorithms', ref)) ?? `algorithms[${ref}]`;
    const firstOf = new Map<Ref, number>();
    return bindings.flatMap(({ windowType, asked = windowType }, i): Problem[] => {
      const first = firstOf.get(windowType);
      if (first === undefined) firstOf.set(windowType, i);
      if (first === undefined) return [];
      return [
        {
          code: 'DUPLICATE',
          path: `${at}.windows[${i}]`,
          message: `${asked === windowType ? `"${asked}"` : `"${asked}" is ${windowType}, which`} is given twice, first at ${at}.windows[${first}]`,
          chain: [ref, windowType],
          mend: 'give it once, with everything in `on` that is meant',
        },
      ];
    });
  });
