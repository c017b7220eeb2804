import type { AnyAlgorithm } from './algorithm.ts';
import { asDependency, refOf, type Dependency, type PreviousRelation } from './dependency.ts';
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
  scheduleToClose: ms(algorithm.scheduleToCloseMs),
  preempt: algorithm.preempt,
  retry: algorithm.retry && {
    attempts: algorithm.retry.attempts,
    backoff: ms(algorithm.retry.backoffMs),
    backoffFactor: algorithm.retry.backoffFactor,
    maxBackoff: ms(algorithm.retry.maxBackoffMs),
    jitter: algorithm.retry.jitter,
    nonRetryable: algorithm.retry.nonRetryable,
    retryable: algorithm.retry.retryable,
  },
  maxResultBytes: algorithm.maxResultBytes,
});

function dependencyOf({ algorithm, relation, options }: Dependency) {
  const { waitMs, ...rules } = options;
  const declared = (algorithm as Partial<AnyAlgorithm>).result ?? algorithm.reads;
  return {
    algorithm: refOf(algorithm),
    relation: relation.kind === 'previous' ? { previous: spanOf(relation) } : relation.kind,
    reads: declared && resultOf(declared),
    ...rules,
    wait: ms(waitMs),
  };
}

function spanOf(relation: PreviousRelation) {
  if ('count' in relation) {
    const { count, gap, withinUs } = relation;
    return gap === undefined && withinUs === undefined ? count : { count, gap, within: us(withinUs) };
  }
  const { durationUs, gapUs } = relation;
  return gapUs === undefined ? us(durationUs) : { duration: us(durationUs), gap: us(gapUs) };
}

const us = (amount: number | undefined): string | undefined => (amount === undefined ? undefined : `${amount}us`);

function resultOf({ type, unit, fields, avro, optional }: ResultType): object {
  const units = unit === undefined ? {} : { unit };
  if (avro) return { avro, ...units };
  const inner = Object.entries(fields ?? {}).map(([name, field]) => [name, resultOf(field)] as const);
  return { type, ...units, ...(optional && { optional }), ...(fields && { fields: Object.fromEntries(inner) }) };
}
