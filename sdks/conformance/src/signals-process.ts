import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { commandOf } from '@windlass/embedded';
import { eventually } from '@windlass/testing';
import type { SdkManifest } from './manifest.ts';

export interface SignalCall {
  readonly call: string;
  readonly source: string;
  readonly count: number;
  readonly padding: number;
}

interface Answer {
  readonly ready?: true;
  readonly closed?: true;
  readonly call?: string;
  readonly ok?: true;
  readonly error?: string;
}

/** An SDK's signals program: sdks/conformance/README.md says what it is told and what it answers. */
export class SignalsProcess {
  readonly answers: Answer[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #errors = '';

  constructor({ signals, cwd }: SdkManifest, env: Readonly<Record<string, string>>, limits: object) {
    const [program, args] = commandOf(signals);
    this.#child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    this.exited = new Promise((resolve, reject) => void this.#child.once('error', reject).once('exit', resolve));
    this.exited.catch(() => {});
    createInterface(this.#child.stdout!).on('line', (line) => this.answers.push(JSON.parse(line) as Answer));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#write(limits);
  }

  call(one: SignalCall): void {
    this.#write(one);
  }

  answerTo(call: string): Answer | undefined {
    return this.answers.find((one) => one.call === call);
  }

  /** Resolves when there is such an answer. */
  told(wanted: (answer: Answer) => boolean): Promise<Answer> {
    return eventually(() => this.answers.find(wanted), {
      deadlineMs: 90_000,
      describe: () => ({ answers: this.answers, errors: this.#errors.slice(-2_000) }),
    });
  }

  /** The end of what it is told. */
  end(): void {
    this.#child.stdin!.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #write(line: object): void {
    this.#child.stdin!.write(`${JSON.stringify(line)}\n`);
  }
}
