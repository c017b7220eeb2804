import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Compiled and source alike: Node runs the TypeScript file itself when this code runs from source. */
const SCRIPT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './watchdog.ts' : './watchdog.js', import.meta.url),
);

/** Starts the process that stops the stack when ours ends. It does not keep our event loop alive. */
export function startWatchdog(options: { dataDir: string; id: string; logFile: string }): ChildProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [SCRIPT, options.dataDir, options.id], {
    stdio: ['pipe', log, log],
    detached: true,
    cwd: '/',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  closeSync(log);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

/** Ends it after the stack has been stopped and its state removed: it then finds nothing to do. */
export async function endWatchdog(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}
