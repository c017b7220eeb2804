import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError } from './errors.ts';

/** One program of the hub, or a processor, run by the Node that runs us. */
export interface ProgramSpec {
  readonly name: string;
  /** Path of its main module. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Asked until it answers with 200; absent: started is ready. */
  readonly readyUrl?: string;
}

export interface ProgramHandle {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended: its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, then SIGKILL after 15 s; resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL by default; resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** One that has failed ends and is told at once; this is for a busy machine, where starting takes long. */
const READY_DEADLINE_MS = 180_000;
const READY_POLL_MS = 50;
const STOP_DEADLINE_MS = 15_000;
const LOG_TAIL_LINES = 15;

const lifeline = new URL(`./lifeline${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;

/** Starts it and resolves when it is ready. Errors: PROGRAM_FAILED when it ends before, PROGRAM_NOT_READY after 180 s; it is stopped then. */
export async function startProgram(spec: ProgramSpec): Promise<ProgramHandle> {
  const log = openSync(spec.logFile, 'a');
  const child = spawn(
    process.execPath,
    ['--import', lifeline, spec.script, ...(spec.args ?? [])],
    // Its own session: a Ctrl-C in the terminal reaches only us, and we stop all programs in order.
    { stdio: ['pipe', log, log], detached: true, env: { ...process.env, ...spec.env } },
  );
  closeSync(log);
  const program = new ChildProgram(spec, child);
  try {
    await program.ready();
  } catch (error) {
    await program.stop();
    throw error;
  }
  return program;
}

class ChildProgram implements ProgramHandle {
  readonly ended: Promise<number | null>;
  #hasEnded = false;
  readonly #spec: ProgramSpec;
  readonly #child: ChildProcess;

  constructor(spec: ProgramSpec, child: ChildProcess) {
    this.#spec = spec;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', () => resolve(null));
    });
    void this.ended.then(() => (this.#hasEnded = true));
    child.stdin?.on('error', () => undefined);
  }

  get name(): string {
    return this.#spec.name;
  }

  get logFile(): string {
    return this.#spec.logFile;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  async ready(): Promise<void> {
    const { readyUrl, name } = this.#spec;
    if (readyUrl === undefined) return;
    const end = performance.now() + READY_DEADLINE_MS;
    while (!(await answers(readyUrl))) {
      if (this.#hasEnded) throw new EmbeddedError('PROGRAM_FAILED', `${name} ended while starting; ${this.#logTail()}`);
      if (performance.now() > end) {
        throw new EmbeddedError(
          'PROGRAM_NOT_READY',
          `${name} was not ready within ${READY_DEADLINE_MS} ms (${readyUrl}); ${this.#logTail()}`,
        );
      }
      await delay(READY_POLL_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.ended;
    clearTimeout(patience);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill(signal);
    await this.ended;
  }

  #logTail(): string {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n');
    return `the end of ${this.logFile}:\n${lines.slice(-LOG_TAIL_LINES).join('\n')}`;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
