export interface Cancellation {
  /** Empty: all of the task's. */
  readonly executionIds: readonly string[];
  readonly reason: string;
}

/** Cancellations of tasks that have not come yet, the newest so many: a hint may overtake its task. */
export class RecentlyCancelled {
  readonly #limit: number;
  readonly #byTask = new Map<string, Cancellation>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(taskId: string, cancellation: Cancellation): void {
    this.#byTask.delete(taskId);
    this.#byTask.set(taskId, cancellation);
    if (this.#byTask.size > this.#limit) this.#byTask.delete(this.#byTask.keys().next().value!);
  }

  of(taskId: string): Cancellation | undefined {
    return this.#byTask.get(taskId);
  }
}
