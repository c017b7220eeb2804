import type { machine } from '../machine.ts';
import { aligned } from '../report.ts';
import { SAMPLES, SOURCES, TRIVIAL_TASKS } from './tasks.ts';

/** What a toolbox's spoke costs; medians over the repetitions. Memory: MB (10⁶ bytes) of all its processes, shared pages divided. */
export interface Footprint {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly startSeconds: number;
  readonly idleMb: number;
  readonly processes: number;
  readonly loadMb: number;
  readonly chain: Pace;
  readonly trivial: Pace;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly program: Size;
  readonly runtime?: Size;
}

interface Pace {
  readonly perSecond: number;
  readonly cpuUs: number;
}

interface Size {
  readonly is: string;
  readonly mb: number;
}

export interface Measured {
  readonly footprints: readonly Footprint[];
  /** What was not measured, and why. */
  readonly missing: readonly string[];
  readonly machine: ReturnType<typeof machine>;
  readonly repeats: number;
  readonly tasks: number;
  readonly singles: number;
}

/** Languages that are chosen for their footprint, beside the one they are held against. */
const LEAN = ['go', 'rust'];
const AGAINST = 'python';
const budgets = { lessMemory: 0.7, trivialPerSecond: 2_000, p50Ms: 10 };

export function footprintPage(measured: Measured): string {
  const { footprints, missing, machine: on, repeats, tasks, singles } = measured;
  const names = footprints.map(({ title, version }) => `${title}: ${version}`).join('; ');
  return `# What a spoke costs

<!-- Written by \`npm run bench -- sdks --docs\`. -->

[The same processor](../../bench/toolboxes/README.md) in each language: rolling statistics, a spectrum by FFT, and a threshold on both, over ${SAMPLES} kept
signals, on a real Kafka and schema registry; and a trivial algorithm, which leaves the SDK alone. Results are compared with a slow computation of their own.

${aligned([['', ...footprints.map(({ title }) => title)], ...rowsOf(footprints)], [0])}

${aligned([['budget', 'measured', ''], ...budgetRows(footprints)], [0])}
${missing.map((line) => `\nNot measured: ${line}.\n`).join('')}
- Memory is PSS: resident pages of all processes of the spoke, those that are shared divided among those that share them. Idle: one task was answered, then
  nothing for 5 s. Under load: the most during the burst of toolbox tasks, read every 200 ms.
- Start-up is from the start of the program to the result of a task that lay on the topic: registered, a member of its group, at work.
- Tasks a second, and processor time: ${tasks.toLocaleString('en-US')} toolbox tasks (${(tasks * TRIVIAL_TASKS).toLocaleString('en-US')} trivial ones) of ${SOURCES} sources lie on the topic when the
  program starts; the first tenth warms it up and does not count. A toolbox task is answered with three results.
- One at a time is from before a trivial task is sent until its result is read back, so two hops of Kafka and both clients of who measures are in it;
  ${singles} tasks after 200 that warm up.
- All with \`WINDLASS_WORKERS=1\`: one algorithm at a time, in a worker thread (TypeScript), a worker process (Python), a goroutine (Go), a thread (Rust). More workers
  cost TypeScript and Python more memory.
- Size is the length of files on disk. No image is built: a static binary's is its own, in an empty image.

Medians of ${repeats}; Kafka, the registry and who measures share the machine: ${on.cores} × ${on.cpu}, ${on.memoryGb} GB, ${on.system.split('-')[0]}. ${names}.${busy(on)}
`;
}

/** What others do on the machine costs time, and hardly memory. */
const busy = ({ loadAverage, cores }: Measured['machine']): string =>
  loadAverage > cores
    ? `\n\nThe machine was not quiet (load average ${loadAverage.toFixed(0)} before): times and paces are worse than they would be, memory and processor time hardly.`
    : '';

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const size = (part: Size | undefined): string => (part ? `${number(part.mb)} (${part.is})` : '');

function rowsOf(footprints: readonly Footprint[]): string[][] {
  const row = (what: string, of: (one: Footprint) => string): string[] => [what, ...footprints.map(of)];
  return [
    row('memory, idle, MB', ({ idleMb }) => number(idleMb)),
    row('memory, under load, MB', ({ loadMb }) => number(loadMb)),
    row('processes', ({ processes }) => String(processes)),
    row('start-up, s', ({ startSeconds }) => number(startSeconds)),
    row('toolbox tasks a second', ({ chain }) => number(chain.perSecond)),
    row('processor time of a toolbox task, µs', ({ chain }) => number(chain.cpuUs)),
    row('trivial tasks a second', ({ trivial }) => number(trivial.perSecond)),
    row('processor time of a trivial task, µs', ({ trivial }) => number(trivial.cpuUs)),
    row('one trivial task at a time, p50, ms', ({ p50Ms }) => number(p50Ms)),
    row('one trivial task at a time, p99, ms', ({ p99Ms }) => number(p99Ms)),
    row('size of the program, MB', ({ program }) => size(program)),
    row('size of its runtime, MB', ({ runtime }) => size(runtime)),
  ];
}

const verdict = (holds: boolean): string => (holds ? 'pass' : 'FAIL');

function budgetRows(footprints: readonly Footprint[]): string[][] {
  const against = footprints.find(({ name }) => name === AGAINST);
  const lean = footprints.filter(({ name }) => LEAN.includes(name));
  const less = (what: string, of: (one: Footprint) => number): string[][] =>
    against
      ? lean.map((one) => {
          const share = 1 - of(one) / of(against);
          const budget = `${one.title} needs ≥ ${budgets.lessMemory * 100} % less memory than ${against.title}, ${what}`;
          return [budget, `${(share * 100).toFixed(0)} %`, verdict(share >= budgets.lessMemory)];
        })
      : [];
  const fast = footprints.map(({ title, trivial }) => [
    `${title}: ≥ ${budgets.trivialPerSecond.toLocaleString('en-US')} trivial tasks a second`,
    number(trivial.perSecond),
    verdict(trivial.perSecond >= budgets.trivialPerSecond),
  ]);
  const prompt = footprints.map(({ title, p50Ms }) => [
    `${title}: p50 ≤ ${budgets.p50Ms} ms, one at a time`,
    number(p50Ms),
    verdict(p50Ms <= budgets.p50Ms),
  ]);
  return [...less('idle', ({ idleMb }) => idleMb), ...less('under load', ({ loadMb }) => loadMb), ...fast, ...prompt];
}
