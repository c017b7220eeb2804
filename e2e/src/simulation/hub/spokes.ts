import { hashedId, indexDag, type Algorithm, type DagRevision } from '@windlass/dag';
import type { Answer, Emission, Result, ResultValue, Task, TaskExecution } from '@windlass/execution';
import { text } from './collector-core.ts';

/** What a processor answers to a task: of the same content always the same, whatever way it came there. */
export function answersTo(revision: DagRevision, { taskId, executions, pane, inputs }: Task): Result {
  const { algorithms } = indexDag(revision);
  const made = new Map<string, ResultValue>();
  const answers: Answer[] = [];
  for (const execution of executions) {
    const algorithm = algorithms.get(execution.algorithm)!;
    const content = text([
      ...[execution.algorithm, pane.windowType, pane.key, pane.startUs, pane.endUs, pane.elements],
      inputsOf(algorithm, execution, { inputs, pane, made }),
    ]);
    const digits = Number.parseInt(hashedId([content]).slice(0, 8), 16);
    const failed = digits % FAILS_ONE_IN === 0;
    const value = (digits % 1_000) / 1_000;
    if (!failed) made.set(execution.algorithm, value);
    answers.push({
      executionId: execution.executionId,
      attempt: execution.attempt,
      result: failed ? null : value,
      error: failed ? { class: 'Bad', message: 'always', stack: null, retryable: false, code: null } : null,
      emissions: failed ? [] : emissionsOf(algorithm, pane, digits),
      ...{ startedAtUs: 1, endedAtUs: 2, cpuMs: 0 },
    });
    if (failed) break;
  }
  return { taskId, answers, processorVersion: '1', instance: 'simulated' };
}

const FAILS_ONE_IN = 13;

function inputsOf(
  { dependencies }: Algorithm,
  { withheld }: TaskExecution,
  { inputs, pane, made }: Pick<Task, 'inputs' | 'pane'> & { readonly made: ReadonlyMap<string, ResultValue> },
): unknown[] {
  return dependencies.map(({ algorithm, relation }, place) => {
    if (relation.kind === 'same' && made.has(algorithm)) return [made.get(algorithm)];
    const left = withheld.find(({ dependency }) => dependency === place)?.executionIds ?? [];
    const named =
      relation.kind === 'previous' && 'count' in relation
        ? pane.previous.find(({ dependency }) => dependency === `previous(${relation.count})`)?.windowIds
        : undefined;
    return inputs
      .filter(
        (input) =>
          input.algorithm === algorithm &&
          input.relation === relation.kind.toUpperCase() &&
          !left.includes(input.executionId) &&
          (!named || named.includes(input.windowId)),
      )
      .map(({ key, startUs, endUs, result }) =>
        // The same whether its own task made it or another one before.
        relation.kind === 'same' ? result : [key, startUs, endUs, result],
      );
  });
}

/** A window in the middle of what it was found on; of some results none. */
function emissionsOf({ emits }: Algorithm, { key, startUs, endUs }: Task['pane'], digits: number): Emission[] {
  if (digits % 3 === 0) return [];
  const quarter = Math.floor((endUs - startUs) / 4);
  return emits.map((windowType) => ({
    ...{ windowType, key, emissionKey: null, metadata: {} },
    ...{ startUs: startUs + quarter, endUs: endUs - quarter },
  }));
}
