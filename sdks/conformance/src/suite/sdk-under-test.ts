import type { Task } from '@windlass/contracts';
import type { ForeignProgram } from '@windlass/embedded';
import { eventually, namespaceOf } from '@windlass/testing';
import { Hub } from '../hub.ts';
import { ProcessorProcess } from '../processor-process.ts';
import { taskOf, type TaskParts } from '../task-file.ts';

export const DEADLINE_MS = 120_000;
/** Long enough for a machine that is busy: a session that ends although its process lives would count as a death. */
export const SESSION_MS = 3_000;

/** What the suite's tests share: a hub, and processes of the SDK's conformance processor on it. */
export class SdkUnderTest {
  readonly #manifest: ForeignProgram;
  readonly #started: ProcessorProcess[] = [];
  hub!: Hub;
  /** The one that runs. */
  processor!: ProcessorProcess;

  constructor(manifest: ForeignProgram) {
    this.#manifest = manifest;
  }

  async open(): Promise<void> {
    this.hub = await Hub.start(namespaceOf(`conformance ${this.#manifest.name}`));
    this.processor = await this.running();
  }

  start(): ProcessorProcess {
    const env = { ...this.hub.env, WINDLASS_SESSION_TIMEOUT_MS: String(SESSION_MS) };
    const one = new ProcessorProcess(this.#manifest, env);
    this.#started.push(one);
    return one;
  }

  async running(): Promise<ProcessorProcess> {
    const one = this.start();
    await eventually(() => one.isRunning, { deadlineMs: 60_000, describe: () => one.output });
    return one;
  }

  async send(...parts: TaskParts[]): Promise<Task[]> {
    const tasks = parts.map(taskOf);
    await this.hub.send(tasks);
    return tasks;
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((one) => one.end()));
    await this.hub?.stop();
  }
}
