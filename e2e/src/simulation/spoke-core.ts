import { indexDag, type Algorithm, type DagRevision, type Ref, type ResultType } from '@windlass/dag';
import type { Emission, Result, ResultValue, Task } from '@windlass/execution';
import type { StageCore } from './stage.ts';

/** What an algorithm makes of a task, if the simulation is about that. */
export type Work = (task: Task, algorithm: Ref) => ResultValue;

/**
 * All processors of a DAG in one: every task is answered, every algorithm with a value of the type that it declares, and with a window of
 * each type that it may emit.
 */
export const spokeCore = (revision: DagRevision, work?: Work): StageCore<null> => ({
  topics: ['windows'],
  nothing: null,
  dueUs: () => null,
  step: ({ key, inputs }) => ({
    state: null,
    messages: inputs.flatMap((input) =>
      input.topic === null
        ? []
        : [{ topic: 'results', key, value: answered(revision, input.record.value as Task, work) }],
    ),
  }),
});

function answered(revision: DagRevision, task: Task, work?: Work): Result {
  const { taskId, executions, pane } = task;
  const { algorithms } = indexDag(revision);
  const answers = executions.map(({ executionId, attempt, algorithm }) => ({
    executionId,
    attempt,
    result: work ? work(task, algorithm) : valueOf(algorithms.get(algorithm)!.result),
    error: null,
    emissions: emissionsOf(revision, algorithms.get(algorithm)!, pane),
    startedAtUs: 1,
    endedAtUs: 2,
    cpuMs: 0,
  }));
  return { taskId, answers, processorVersion: '1', instance: 'simulated' };
}

/** How far an emitted window that lies in no other reaches beyond the one it was found on, so that something can still happen in it. */
const BEYOND_US = 30_000_000;

/** Windows of each type that one result emits, if there is room, so that some have previous ones. */
const EMITTED = 3;
const APART_US = 1_000_000;

const emissionsOf = (revision: DagRevision, { emits }: Algorithm, pane: Task['pane']): Emission[] =>
  emits.flatMap((windowType: Ref) => {
    const isNested = indexDag(revision).windowTypes.get(windowType)?.parent !== undefined;
    const endOf = (startUs: number): number => {
      if (!isNested) return pane.endUs + BEYOND_US;
      // A window that is still open may end much sooner than it tells.
      return pane.timing === 'EARLY' ? startUs + APART_US : pane.endUs;
    };
    const starts = Array.from({ length: EMITTED }, (_, i) => pane.startUs + i * APART_US);
    const rest = { key: pane.key, emissionKey: null, metadata: {} };
    return starts
      .map((startUs) => ({ windowType, startUs, endUs: endOf(startUs), ...rest }))
      .filter(({ startUs, endUs }) => startUs < endUs && (!isNested || endUs <= pane.endUs));
  });

/** Large, true and not empty: conditions that ask for that hold. */
function valueOf({ type, fields = {} }: ResultType): ResultValue {
  switch (type) {
    case 'double':
      return 2.5;
    case 'long':
      return 2n;
    case 'boolean':
      return true;
    case 'string':
      return 'found';
    case 'bytes':
      return new Uint8Array([1]);
    case 'array':
      return new Float64Array([2.5]);
    case 'struct':
      return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)]));
    case 'none':
      return null;
    default:
      return type satisfies never;
  }
}
