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
      // Told to stop while it was being started.
      if (this.#isStopped) await this.#handle.stop();
    }
  }
}
