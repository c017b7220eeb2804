import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { commandOf } from '@windlass/embedded';
import { treeOf, type Tree } from '../measure/processes.ts';
import type { Toolbox } from './toolbox.ts';

const STOP_DEADLINE_MS = 30_000;
const LOG_TAIL_LINES = 15;

/** One algorithm at a time, in every language: processes and threads cost memory, and how many there are is the user's to say. */
const SETTINGS = { WINDLASS_WORKERS: '1', WINDLASS_LOG_LEVEL: 'warn' };

/** A toolbox that runs: all its processes count. */
export class SpokeProcess {
  readonly startedMs = performance.now();
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #ended: Promise<void>;
  #end: string | undefined;

  constructor({ command, cwd }: Toolbox, env: Readonly<Record<string, string>>, logFile: string) {
    this.#logFile = logFile;
    const log = openSync(logFile, 'a');
    const [program, args] = commandOf(command);
    this.#child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env, ...SETTINGS },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end = how;
        resolve();
      };
      this.#child.once('error', ({ message }) => end(message));
      this.#child.once('exit', (code, signal) => end(`ended with ${signal ?? code}`));
    });
  }

  get tree(): Tree {
    return treeOf(this.#child.pid ?? -1);
  }

  /** @throws Error with the end of its log when it does not run any more. */
  check(): void {
    if (this.#end === undefined) return;
    const lines = readFileSync(this.#logFile, 'utf8').trimEnd().split('\n');
    throw new Error(`the toolbox ${this.#end}:\n${lines.slice(-LOG_TAIL_LINES).join('\n')}`);
  }

  /** As an operator stops it; what does not end is killed. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.#ended;
    clearTimeout(patience);
  }
}
