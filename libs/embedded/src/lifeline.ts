// Loaded before a program of the hub (`--import`): when the process that started it ends, however it ends, the system closes
// this program's input, and it stops as on Ctrl-C.
import { setSourceMapsSupport } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Our own only: `--enable-source-maps` reads those of all packages too, 9 MB of each process.
setSourceMapsSupport(true);

// Worker threads load this too, and their input is at its end from the start.
if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  // The input alone keeps no program running.
  (process.stdin as { unref?: () => void }).unref?.();
}
