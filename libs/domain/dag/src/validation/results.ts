import type { Dependency, Ref } from '../model.ts';
import type { Problem, Warning } from '../problem.ts';
import type { Draft } from './draft.ts';
import { resultDifference } from './result-fit.ts';

interface Read {
  /** Who reads. */
  readonly ref: Ref;
  readonly dependency: Dependency;
  /** Of the dependency. */
  readonly path: string;
}

/** What a dependant expects to read, and cannot read of what the algorithm declares. */
export function mismatchProblems({ algorithms }: Draft, { ref, dependency, path }: Read): Problem[] {
  const difference = differenceOf(algorithms, dependency);
  if (!difference?.isSure) return [];
  const { text, converts = '' } = difference;
  return [
    {
      code: 'RESULT_MISMATCH',
      path: `${path}.reads`,
      message: `${dependency.algorithm}: ${text}`,
      chain: [ref, dependency.algorithm],
      mend: `read what the algorithm declares${converts === '' ? '' : ` and convert it (${converts})`}, or depend on another version of it`,
    },
  ];
}

/** What it reads of some results, and of others not: what is declared does not tell. */
export function mayNotFit({ algorithms }: Draft, { ref, dependency, path }: Read): Warning[] {
  const difference = differenceOf(algorithms, dependency);
  if (!difference || difference.isSure) return [];
  return [
    {
      code: 'RESULT_MAY_NOT_FIT',
      path: `${path}.reads`,
      message: `${dependency.algorithm}: ${difference.text}`,
      chain: [ref, dependency.algorithm],
      mend: 'read what the algorithm declares, or let it declare an Avro schema that says more',
    },
  ];
}

function differenceOf(algorithms: Draft['algorithms'], { algorithm, reads }: Dependency) {
  const upstream = reads && algorithms.get(algorithm);
  return upstream && resultDifference(reads, upstream.result);
}
