// Resident memory, processor time and machine load, as Linux tells them in /proc.
import { readFileSync, readdirSync } from 'node:fs';

const PAGE_BYTES = 4_096;

/** Resident memory of a process in bytes, or null when it is gone. */
export function residentBytes(pid: number): number | null {
  const pages = Number(read(`/proc/${pid}/statm`)?.split(' ')[1]);
  return pages > 0 ? pages * PAGE_BYTES : null;
}

/** Processor time of all threads of a process so far in nanoseconds (`schedstat`: `stat` counts in steps of 10 ms only), or null when it is gone. */
export function processorNs(pid: number): number | null {
  let total = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      total += Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0);
    }
  } catch {
    return null;
  }
  return total > 0 ? total : null;
}

/** Load average of the machine over one minute. */
export function machineLoad1(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
