import { spawn, type ChildProcess } from 'node:child_process';
import { commandOf, type ForeignProgram } from '@windlass/embedded';

const STOP_DEADLINE_MS = 20_000;

/** An SDK's conformance processor as a process of its own, which can be killed. */
export class ProcessorProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** What it has printed so far. */
  output = '';
  /** Of that, its log. */
  stdout = '';

  constructor({ command, cwd }: ForeignProgram, env: Readonly<Record<string, string>>) {
    const [program, args] = commandOf(command);
    this.#child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.exited.catch(() => {});
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.#child.stdout!.on('data', (text: string) => (this.stdout += text));
  }

  get isRunning(): boolean {
    return this.output.includes('the processor runs');
  }

  /** Where it serves its health, as its log says. */
  get healthPort(): number {
    const line = this.output.split('\n').find((text) => text.includes('health is served'));
    return (JSON.parse(line ?? '{}') as { port: number }).port;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Stops it if it still runs. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.exited.catch(() => {});
    clearTimeout(deadline);
  }
}
