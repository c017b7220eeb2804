import { ContractError, readerOf, splitWireFormat, type Reader, type Task } from '@windlass/contracts';
import { checkDepth } from '../execution/depth.ts';

/** Decodes tasks by the schema each was written with. */
export class TaskReader {
  readonly #readers = new Map<number, Reader<'windows'>>();
  readonly #broken = new Map<number, ContractError>();

  /** A schema that ours cannot read makes its records unreadable; it is not an error to learn it. */
  add(id: number, schema: string): void {
    if (this.#readers.has(id)) return;
    try {
      this.#readers.set(id, readerOf('windows', schema));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      this.#broken.set(id, error);
    }
  }

  /** @throws ContractError when the bytes are no task. */
  read(value: Buffer): Task {
    const { schemaId, body } = splitWireFormat(value);
    const reader = this.#readers.get(schemaId);
    if (!reader) {
      throw this.#broken.get(schemaId) ?? new ContractError('BAD_WIRE_FORMAT', `schema ${schemaId} is not known`);
    }
    const task = reader(body);
    if (task.executions.length === 0)
      throw new ContractError('INVALID_MESSAGE', `task ${task.taskId} has no executions`);
    for (const { result } of task.inputs) if (result) checkDepth(result);
    return task;
  }
}
