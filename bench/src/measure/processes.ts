import { readdirSync, readFileSync } from 'node:fs';

/** Memory of one process, MB (10⁶ bytes). */
export interface Memory {
  /** Resident pages, those that are shared with other processes counted in full. */
  readonly rssMb: number;
  /** Resident pages, each divided by the number of processes that share it. */
  readonly pssMb: number;
}

const none: Memory = { rssMb: Number.NaN, pssMb: Number.NaN };

/** Of a running process; NaN where /proc does not tell. */
export function memoryOf(pid: number): Memory {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    const mb = (field: string) => (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6;
    return { rssMb: mb('Rss'), pssMb: mb('Pss') };
  } catch {
    return none;
  }
}

/** Of a process and all that descend from it, at one moment: shared pages are divided among those that share them. */
export interface Tree {
  readonly processes: number;
  readonly pssMb: number;
  /** Processor time used so far by those that live, and by those of them that have ended and were waited for; seconds. */
  readonly cpuSeconds: number;
}

export function treeOf(pid: number): Tree {
  const pids = descendantsOf(pid);
  return {
    processes: pids.length,
    pssMb: pids.reduce((sum, one) => sum + memoryOf(one).pssMb, 0),
    cpuSeconds: pids.reduce((sum, one) => sum + cpuSecondsOf(one) + endedSecondsOf(one), 0),
  };
}

const descendantsOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(descendantsOf)];

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;

/** Processor time that a server and its children have used so far, seconds; 0 where /proc does not tell. */
export const cpuSecondsWithChildren = (pid: number): number =>
  childrenOf(pid).reduce((seconds, child) => seconds + cpuSecondsOf(child), cpuSecondsOf(pid) + endedSecondsOf(pid));

/** Of children that have ended. */
function endedSecondsOf(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND : 0;
}

/** Processor time that a process has used so far, seconds; 0 where /proc does not tell. */
export function cpuSecondsOf(pid: number): number {
  const fields = statOf(pid);
  // User and system time.
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0;
}

/** Fields of /proc/pid/stat from the third on: names may hold spaces. */
function statOf(pid: number | string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && Number(statOf(entry)?.[1]) === pid)
      .map(Number);
  } catch {
    return [];
  }
}
