import type { AlgorithmDeclaration, Registration } from '../definitions/registration.ts';
import type { Algorithm, Dependency, Ref } from '../model.ts';
import { refOf } from '../model.ts';
import { components } from '../validation/graph.ts';
import { byName, type Content, withThose } from './content.ts';

/** The algorithm that a declaration describes, with the defaults that depend on nothing else filled. */
export function toAlgorithm(declared: AlgorithmDeclaration, { name: processor, team, owner }: Registration): Algorithm {
  const { windows, dependencies, timeout, scheduleToClose, retry, ...rest } = declared;
  return {
    ...rest,
    owner: owner ?? team,
    processor,
    bindings: windows.map(({ windowType, on, minCompleteness }) => ({
      windowType,
      on: on ?? ['ON_TIME', 'LATE'],
      ...(minCompleteness !== undefined && { minCompleteness }),
    })),
    dependencies: dependencies.map(toDependency),
    timeoutMs: timeout,
    ...(scheduleToClose !== undefined && { scheduleToCloseMs: scheduleToClose }),
    retry: {
      attempts: retry.attempts,
      backoffMs: retry.backoff,
      backoffFactor: retry.backoffFactor,
      maxBackoffMs: retry.maxBackoff,
      ...(retry.jitter !== undefined && { jitter: retry.jitter }),
      nonRetryable: retry.nonRetryable,
      ...(retry.retryable !== undefined && { retryable: retry.retryable }),
    },
  };
}

function toDependency(declared: AlgorithmDeclaration['dependencies'][number]): Dependency {
  const { onMissing, onFailed, minCompleteness, onIncomplete, wait, afterWait, onRevision, ...rest } = declared;
  const { kind } = rest.relation;
  return {
    ...rest,
    onMissing: onMissing ?? (kind === 'previous' ? 'runWithout' : 'wait'),
    onFailed: onFailed ?? (kind === 'previous' || kind === 'children' || kind === 'members' ? 'runWithout' : 'skip'),
    ...(minCompleteness !== undefined && { minCompleteness, onIncomplete: onIncomplete ?? 'wait' }),
    waitMs: wait ?? null,
    ...(afterWait !== undefined && { afterWait }),
    onRevision: onRevision ?? 'rerun',
    ...(onRevision === undefined && { onRevisionDefaulted: true }),
  };
}

/** With `onRevision` settled where nobody declared it. `affected`: all others are settled already. */
export function settledContent(content: Content, affected?: ReadonlySet<Ref>): Content {
  const { algorithms } = content;
  if (!affected) return { ...content, algorithms: byName(settleOnRevision([...algorithms.values()]), refOf) };
  const some = [...affected].map((ref) => algorithms.get(ref)).filter((one) => one !== undefined);
  const settled = settleOnRevision(some).filter((one, i) => one !== some[i]);
  return { ...content, algorithms: withThose(algorithms, byName(settled, refOf)) };
}

/**
 * Settles `onRevision` where nobody declared it: `keep` for a `previous` dependency that leads back to itself (a revised
 * result would else rerun every later window, without bound), `rerun` for all others. An algorithm that stays as it was
 * is returned as the same object. Linear.
 */
function settleOnRevision(algorithms: readonly Algorithm[]): Algorithm[] {
  const at = new Map<Ref, number>(algorithms.map((algorithm, i) => [refOf(algorithm), i]));
  const edges = algorithms.map(({ dependencies }) => dependencies.flatMap(({ algorithm }) => at.get(algorithm) ?? []));
  const component = components({ size: algorithms.length, edges });
  return algorithms.map((algorithm, i) => {
    const settled = algorithm.dependencies.map((dependency) => {
      if (!dependency.onRevisionDefaulted) return dependency;
      const upstream = at.get(dependency.algorithm);
      const leadsBack =
        dependency.relation.kind === 'previous' && upstream !== undefined && component[upstream] === component[i];
      const onRevision = leadsBack ? 'keep' : 'rerun';
      return dependency.onRevision === onRevision
        ? dependency
        : { ...dependency, onRevision: onRevision as 'keep' | 'rerun' };
    });
    return settled.some((dependency, j) => dependency !== algorithm.dependencies[j])
      ? { ...algorithm, dependencies: settled }
      : algorithm;
  });
}
