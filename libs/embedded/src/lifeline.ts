// Loaded before a program of the hub (`--import`): when the process that started it ends, however it ends, the system closes
// this program's input, and it stops as on Ctrl-C.
import { isMainThread } from 'node:worker_threads';

// Worker threads load this too, and their input is at its end from the start.
if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  // The input alone keeps no program running.
  (process.stdin as { unref?: () => void }).unref?.();
}
