import { spawn } from 'node:child_process';
import { EmbeddedError } from './errors.ts';

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly cwd?: string | undefined;
  /** Called with each line of output, stdout and stderr in the order of arrival. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How much of a failed command's output its error repeats. */
const TAIL_LINES = 15;

/** Resolves with all of the output; rejects with COMMAND_FAILED and the end of the output when the exit code is not 0. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { onLine, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const take = (line: string): void => {
      lines.push(line);
      onLine?.(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        const parts = `${rest}${chunk}`.split(/\r?\n/);
        rest = parts.pop() ?? '';
        parts.forEach(take);
      });
      stream.on('end', () => rest !== '' && take(rest));
    }
    child.once('error', (cause) => {
      reject(new EmbeddedError('COMMAND_FAILED', `${command} could not be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(lines.join('\n'));
      const tail = lines.slice(-TAIL_LINES).join('\n');
      reject(new EmbeddedError('COMMAND_FAILED', `${command} ended with ${signal ?? `exit code ${code}`}:\n${tail}`));
    });
  });
}
