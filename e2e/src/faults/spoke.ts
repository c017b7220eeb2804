import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ProgramHandle, RunningHub } from '@windlass/embedded';

const SCRIPT = fileURLToPath(new URL('./spoke.program.js', import.meta.url));

export interface SpokeOptions {
  readonly hub: RunningHub;
  readonly processor: string;
  /** Of the process: in its log's name. */
  readonly instance: string;
  /** How long an algorithm takes. */
  readonly workMs?: number;
  /** What its starts after the first cost is the machine's, and not what is measured: it takes only the time that others leave. */
  readonly restartsApart?: boolean;
}

/** A spoke process that is started again at once whenever it dies, as a supervisor would. */
export class Spoke {
  readonly #options: SpokeOptions;
  #handle: ProgramHandle | undefined;
  #isStopped = false;
  #watching: Promise<void> | undefined;
  /** How often it was started again. */
  deaths = 0;

  constructor(options: SpokeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#handle = await this.#spawn();
    this.#watching = this.#watch();
  }

  get processor(): string {
    return this.#options.processor;
  }

  /** SIGKILL; it comes again. */
  async kill(): Promise<void> {
    await this.#handle?.kill();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#handle?.stop();
    await this.#watching;
  }

  #spawn(): Promise<ProgramHandle> {
    const { hub, processor, instance, workMs = 0 } = this.#options;
    return hub.startProcess({
      ...{ name: instance, script: SCRIPT },
      env: {
        FAULTS_PROCESSOR: processor,
        FAULTS_WORK_MS: String(workMs),
        WINDLASS_WORKERS: '1',
        WINDLASS_INSTANCE: instance,
      },
    });
  }

  async #watch(): Promise<void> {
    for (;;) {
      await this.#handle?.ended;
      if (this.#isStopped) return;
      this.deaths++;
      this.#handle = await this.#spawn();
      if (this.#options.restartsApart) yieldTo(this.#handle.pid);
      // Told to stop while it was being started.
      if (this.#isStopped) await this.#handle.stop();
    }
  }
}

/** It runs when nobody else wants to. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // Dead again.
    if ((error as { readonly info?: { readonly code?: string } }).info?.code !== 'ESRCH') throw error;
  }
}
