import {
  compareVersions,
  didYouMean,
  indexDag,
  refOf,
  windowMetadata,
  type Algorithm,
  type DagRevision,
} from '@windlass/dag';
import type { AlgorithmStub, StubContents } from './stub-language.ts';

/** `--only` names something that is not there. */
export class UnknownNameError extends Error {
  readonly code = 'UNKNOWN_NAME';
}

/**
 * What of a revision stubs are made of. `only`: processors by name, algorithms and window types by name@version; empty: all.
 * @throws {UnknownNameError}
 */
export function stubContents(revision: DagRevision, only: readonly string[] = []): StubContents {
  const index = indexDag(revision);
  const expected = (revision.expected ?? []).filter(({ algorithm }) => !index.algorithms.has(algorithm));
  checkNames(only, [
    ...index.processors.keys(),
    ...index.algorithms.keys(),
    ...index.windowTypes.keys(),
    ...expected.flatMap(({ algorithm, processor }) => [algorithm, processor]),
  ]);
  const isWanted = (...names: readonly string[]): boolean =>
    only.length === 0 || names.some((name) => only.includes(name));
  return {
    processors: [...revision.processors]
      .sort((a, b) => compare(a.name, b.name))
      .map(({ name, owner }) => ({
        processor: name,
        owner,
        algorithms: index
          .algorithmsOf(name)
          .filter((one) => isWanted(name, refOf(one)))
          .sort(byNameAndVersion)
          .map(algorithmStub),
      }))
      .filter(({ algorithms }) => algorithms.length > 0),
    windowTypes: revision.windowTypes
      .filter((type) => isWanted(refOf(type)))
      .sort(byNameAndVersion)
      .map((type) => {
        const { name, version, owner } = type;
        return { ref: refOf(type), name, version, owner, metadata: windowMetadata(index.windowTypes, refOf(type)) };
      }),
    unknown: expected
      .filter(({ algorithm, processor }) => isWanted(processor, algorithm))
      .map(({ algorithm }) => algorithm)
      .sort(compare),
  };
}

const algorithmStub = (algorithm: Algorithm): AlgorithmStub => ({
  ref: refOf(algorithm),
  name: algorithm.name,
  version: algorithm.version,
  result: algorithm.result,
  windowTypes: [...new Set(algorithm.bindings.map(({ windowType }) => windowType))].sort(compare),
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Versioned {
  readonly name: string;
  readonly version: string;
}

const byNameAndVersion = (a: Versioned, b: Versioned): number =>
  compare(a.name, b.name) || compareVersions(a.version, b.version);

function checkNames(only: readonly string[], known: readonly string[]): void {
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const told = unknown.map(
    (name) => `"${name}" is no processor, and no algorithm or window type.${didYouMean(name, known)}`,
  );
  throw new UnknownNameError(told.join('\n'));
}
