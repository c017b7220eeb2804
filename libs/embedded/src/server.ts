import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError } from './errors.ts';
import {
  childrenOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
  signal,
  terminate,
  waitUntilGone,
} from './process-identity.ts';
import type { ServerRecord } from './stack-state.ts';

export type ServerName = 'kafka' | 'registry' | 'postgres';

/** How to run one server, and how to ask it whether it is ready. */
export interface ServerSpec {
  readonly name: ServerName;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly port: number;
  readonly logFile: string;
  /** The signal that makes it stop in order. */
  readonly stopSignal: NodeJS.Signals;
  /** The signal to stop it when its data will be deleted anyway. Default SIGKILL. */
  readonly ephemeralStopSignal?: NodeJS.Signals;
  /** Resolves with true when a real request was answered; may reject. */
  readonly answers: () => Promise<boolean>;
}

/** One server of a running stack, as fault tests need it. */
export interface ServerHandle {
  readonly pid: number;
  readonly port: number;
  readonly logFile: string;
  /** Sends the signal, SIGKILL by default, and waits until the server and its children are gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and data, stopping in order first if it still runs; resolves when it answers. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
}

export interface ServerOptions {
  readonly detached: boolean;
  /** Called as soon as there is a new process, before anything else can happen. */
  readonly onSpawn: () => void;
  readonly onUnexpectedExit: (reason: string) => void;
}

/** One that has failed ends and is told at once; this is for a busy machine, where starting takes long. */
const READY_DEADLINE_MS = 180_000;
const READY_POLL_MS = 25;
export const STOP_DEADLINE_MS = 15_000;

export class Server implements ServerHandle {
  #identity: ProcessIdentity | undefined;
  #reaped: Promise<void> = Promise.resolve();
  /** False while it starts and once it is told to stop: then its end is no news. */
  #isExitNews = false;
  readonly #spec: ServerSpec;
  readonly #options: ServerOptions;

  constructor(spec: ServerSpec, options: ServerOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  get name(): ServerName {
    return this.#spec.name;
  }

  get port(): number {
    return this.#spec.port;
  }

  get logFile(): string {
    return this.#spec.logFile;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get identity(): ProcessIdentity {
    if (this.#identity === undefined) throw new EmbeddedError('SERVER_FAILED', `${this.name} was never started`);
    return this.#identity;
  }

  /** Stops it in order, or, when its data will be deleted, at once. */
  stop({ isEphemeral }: { isEphemeral: boolean }): Promise<void> {
    return this.kill(isEphemeral ? this.#spec.ephemeralStopSignal : this.#spec.stopSignal);
  }

  /** What another process needs to find and stop it; undefined before the first start. */
  get record(): ServerRecord | undefined {
    const { port, logFile, stopSignal } = this.#spec;
    return this.#identity && { ...this.#identity, port, logFile, stopSignal };
  }

  /** Rejects with SERVER_FAILED when the process ends, with SERVER_NOT_READY when it does not answer in time. */
  async start(): Promise<void> {
    this.#spawn();
    const end = performance.now() + READY_DEADLINE_MS;
    while (!(await this.#spec.answers().catch(() => false)) || !this.#isRunning()) {
      if (!this.#isRunning())
        throw new EmbeddedError('SERVER_FAILED', `${this.name} did not start; ${this.#logTail()}`);
      if (performance.now() > end) {
        throw new EmbeddedError(
          'SERVER_NOT_READY',
          `${this.name} did not answer on port ${this.port} within ${READY_DEADLINE_MS} ms; ${this.#logTail()}`,
        );
      }
      await delay(READY_POLL_MS);
    }
    this.#isExitNews = true;
  }

  async kill(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#identity === undefined) return;
    this.#isExitNews = false;
    const identity = this.#identity;
    const children = childrenOf(identity.pid);
    if (name !== 'SIGKILL') await terminate(identity, name, STOP_DEADLINE_MS);
    else await this.#killAll([identity, ...children]);
    // A dead process keeps its pid until its parent has heard of it, and Postgres refuses to start while that pid exists.
    await this.#reaped;
  }

  async #killAll(victims: readonly ProcessIdentity[]): Promise<void> {
    for (const victim of victims) signal(victim, 'SIGKILL');
    for (const victim of victims) await waitUntilGone(victim, STOP_DEADLINE_MS);
  }

  async restart(): Promise<void> {
    if (this.#isRunning()) await this.kill(this.#spec.stopSignal);
    await this.start();
  }

  pause(): void {
    signal(this.identity, 'SIGSTOP');
  }

  resume(): void {
    signal(this.identity, 'SIGCONT');
  }

  #spawn(): void {
    const { command, args, env, uid, gid, logFile } = this.#spec;
    const log = openSync(logFile, 'a');
    // Its own session: a Ctrl-C in the terminal reaches only the parent, which stops the servers in order.
    const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true, env, uid, gid, cwd: '/' });
    closeSync(log);
    this.#identity = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#options.onSpawn();
    this.#reaped = new Promise((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
    child.once('error', (error) => appendFileSync(logFile, `${error.message}\n`));
    child.once('exit', (code, signalName) => {
      if (this.#isExitNews) this.#options.onUnexpectedExit(`${this.name} ended (${signalName ?? `exit code ${code}`})`);
    });
    if (this.#options.detached) child.unref();
  }

  #isRunning(): boolean {
    return this.#identity !== undefined && isAlive(this.#identity);
  }

  #logTail(): string {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n');
    return `the end of ${this.logFile}:\n${lines.slice(-15).join('\n')}`;
  }
}
