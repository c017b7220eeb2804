import type { AnyAlgorithm } from './algorithm.ts';
import { asDependency, refOf, type Dependency } from './dependency.ts';
import type { ProcessorDefinition } from './processor.ts';
import type { ResultType } from './result-type.ts';
import { bindingsOf, refOfWindowType } from './window-type.ts';

/** Undefined fields are left out of JSON: the hub fills in its defaults. */
const ms = (amount: number | undefined | null): string | undefined =>
  amount === undefined || amount === null ? undefined : `${amount}ms`;

/** The body of `POST /v1/processors`. */
export const registrationOf = (processor: ProcessorDefinition) => ({
  name: processor.name,
  version: processor.version,
  team: processor.team,
  algorithms: [...processor.algorithms.values()].map(algorithmOf),
});

const algorithmOf = (algorithm: AnyAlgorithm) => ({
  name: algorithm.name,
  version: algorithm.version,
  windows: bindingsOf(algorithm.on),
  dependencies: Object.values<any>(algorithm.needs ?? {}).map((need) => dependencyOf(asDependency(need))),
  result: resultOf(algorithm.result),
  emits: (algorithm.emits ?? []).map(refOfWindowType),
  timeout: ms(algorithm.timeoutMs),
  retry: algorithm.retry && {
    attempts: algorithm.retry.attempts,
    backoff: ms(algorithm.retry.backoffMs),
    backoffFactor: algorithm.retry.backoffFactor,
    maxBackoff: ms(algorithm.retry.maxBackoffMs),
    nonRetryable: algorithm.retry.nonRetryable,
  },
  maxResultBytes: algorithm.maxResultBytes,
});

function dependencyOf({ algorithm, relation, options }: Dependency) {
  const { onMissing, onFailed, onProvisional, onRevision, waitMs } = options;
  return {
    algorithm: refOf(algorithm),
    relation:
      relation.kind !== 'previous'
        ? relation.kind
        : { previous: 'count' in relation ? relation.count : `${relation.durationUs}us` },
    reads: algorithm.result && resultOf(algorithm.result),
    onMissing,
    onFailed,
    onProvisional,
    onRevision,
    wait: ms(waitMs),
  };
}

const resultOf = ({ type, unit, fields }: ResultType): ResultType => ({
  type,
  ...(unit === undefined ? {} : { unit }),
  ...(fields && { fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, resultOf(field)])) }),
});
