import type { Metadata } from '@windlass/dag';
import type { ReadyExecution } from './dispatch.ts';
import type { Draft, EditedWindow } from './draft.ts';
import type { ExecutionLimits } from './inputs.ts';
import type { TaskInput } from './outputs.ts';
import { isFinal } from './resolve.ts';
import { textBytes } from './value.ts';
import { withheldFrom } from './withheld.ts';

/** What a task brings, and of what size it is in all. */
export interface TaskLoad {
  /** Each once, by relation, then start; the largest by reference where they are too large together. */
  readonly inputs: readonly TaskInput[];
  /** At most what the encoded task takes. */
  readonly taskBytes: number;
  /** Results, also those by reference. */
  readonly inputBytes: number;
}

export function loadOf(draft: Draft, w: EditedWindow, group: readonly ReadyExecution[]): TaskLoad {
  const { limits } = draft.context;
  const whole = inputsOf(draft, group);
  const besides = w.paneBytes + executionBytes(w, group, whole) + whole.reduce((sum, one) => sum + namedBytes(one), 0);
  const inputs = withReferences(whole, Math.min(limits.inlineBytes, limits.taskBytes - besides));
  return {
    inputs,
    taskBytes: besides + inputs.reduce((sum, one) => sum + (one.byReference ? 0 : one.resultBytes), 0),
    inputBytes: whole.reduce((sum, { resultBytes }) => sum + resultBytes, 0),
  };
}

/** Why a task cannot be sent, whatever travels by reference; null: it can. */
export function excessOf({ taskBytes, inputBytes }: TaskLoad, limits: ExecutionLimits): string | null {
  if (taskBytes > limits.taskBytes) return `a task of ${taskBytes} bytes, limit recordBytes is ${limits.taskBytes}`;
  if (inputBytes > limits.inputBytes) return `inputs of ${inputBytes} bytes, limit inputBytes is ${limits.inputBytes}`;
  return null;
}

/** Ids, numbers and lengths of one execution in a task. */
const EXECUTION_BYTES = 100;
/** Ids, numbers, lengths and the reference of one input in a task. */
const INPUT_BYTES = 360;
/** An id with its length. */
const ID_BYTES = 34;
/** A number, and what is left of a record. */
const FIELD_BYTES = 11;

function inputsOf(draft: Draft, group: readonly ReadyExecution[]): TaskInput[] {
  const list = new Map<string, TaskInput>();
  for (const { inputs } of group)
    for (const { relation, executionId, window, algorithm } of inputs) {
      const id = `${relation}/${executionId}`;
      if (list.has(id)) continue;
      const upstream = draft.window(window);
      const settled = upstream?.executions.find((x) => x?.algorithm === algorithm)?.settled;
      if (!upstream || !settled) continue;
      const { pane } = upstream;
      list.set(id, {
        key: pane.key,
        algorithm,
        relation,
        executionId: settled.executionId,
        windowId: pane.windowId,
        generation: pane.generation,
        revision: settled.revision,
        startUs: pane.startUs,
        endUs: pane.endUs,
        isFinal: isFinal(upstream),
        metadata: pane.metadata,
        result: settled.result,
        resultBytes: settled.resultBytes,
        byReference: false,
        completeness: settled.completeness,
      });
    }
  return [...list.values()].sort(
    (a, b) => relationOrder[a.relation] - relationOrder[b.relation] || a.startUs - b.startUs,
  );
}

const relationOrder = { SAME: 0, PARENT: 1, CHILDREN: 2, PREVIOUS: 3, MEMBERS: 4 } as const;

/** The largest go by reference until the others fit; of equals the later ones. What a reference takes is counted for every input. */
function withReferences(inputs: readonly TaskInput[], roomBytes: number): readonly TaskInput[] {
  let bytes = inputs.reduce((sum, { resultBytes }) => sum + resultBytes, 0);
  if (bytes <= roomBytes) return inputs;
  const left = new Set<TaskInput>();
  for (const input of [...inputs].reverse().sort((a, b) => b.resultBytes - a.resultBytes)) {
    if (bytes <= roomBytes) break;
    bytes -= input.resultBytes;
    left.add(input);
  }
  return inputs.map((input) => (left.has(input) ? { ...input, byReference: true } : input));
}

const namedBytes = ({ key, algorithm, metadata }: TaskInput): number =>
  INPUT_BYTES + textBytes(key) + textBytes(algorithm) + metadataBytes(metadata);

const metadataBytes = (metadata: Metadata): number =>
  Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + textBytes(name) + (typeof value === 'string' ? textBytes(value) : 0) + FIELD_BYTES,
    FIELD_BYTES,
  );

function executionBytes(w: EditedWindow, group: readonly ReadyExecution[], brought: readonly TaskInput[]): number {
  let bytes = 0;
  for (const { planned, inputs, after } of group) {
    bytes += EXECUTION_BYTES + textBytes(planned.ref) + after.length * ID_BYTES;
    for (const { asked, algorithm } of planned.resolved) bytes += textBytes(asked) + textBytes(algorithm);
    for (const { executionIds } of withheldFrom(w.pane, { planned, inputs, brought }))
      bytes += FIELD_BYTES + executionIds.length * ID_BYTES;
  }
  return bytes;
}
