import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const ROWS = [
  'start-up',
  'memory',
  'chain',
  'previous',
  'spread',
  'single',
  'single-spread',
  'wide',
  'replay',
  'trigger',
  'flood',
  'open-windows',
  'registry',
] as const;
export type Row = (typeof ROWS)[number];
/** Measured without the hub, and so alone. */
const SDKS = 'sdks';

export interface Options {
  readonly rows: ReadonlySet<Row>;
  /** Measure what a spoke costs in these languages, none named: in each, instead of the hub. */
  readonly sdks: readonly string[] | undefined;
  /** Write what it costs into the documentation too. */
  readonly docs: boolean;
  /** Where the measurements are written as JSON; undefined: nowhere. */
  readonly json: string | undefined;
  /** Windows of a burst. */
  readonly windows: number;
  /** Signals through the trigger alone, of which the pace is taken. */
  readonly signals: number;
  /** Toolbox tasks of a burst, for each SDK; eight times as many trivial ones. */
  readonly tasks: number;
  /** Windows sent one at a time, for each pipeline. */
  readonly singles: number;
  /** Replay tasks that live windows are measured beside. */
  readonly replays: number;
  readonly repeats: number;
  /** Registrations of a processor into a large DAG. */
  readonly registrations: number;
  /** Data of the servers; new and deleted at the end unless it is named. */
  readonly dataDir: string;
  readonly isTemporary: boolean;
  /** Folder for processor profiles of the hub's processes; undefined: none. */
  readonly profile: string | undefined;
  /** Whether the bare pipeline runs beside the hub. */
  readonly bare: boolean;
}

export class UsageError extends Error {}

export const usage = `npm run bench -- [row …] [options]
  rows: ${ROWS.join(', ')} (default: all)
  or ${SDKS} [language …]: what a processor costs in each language, on Kafka and registry alone
  --quick           fewer windows and repetitions, for development: not to be compared
  --json FILE       write all measurements to a file
  --windows N       windows of a burst (20000)
  --signals N       signals through the trigger alone (400000)
  --tasks N         tasks of a burst, for each SDK (2000)
  --docs            with ${SDKS}: also write docs/reference/footprint.md
  --singles N       windows sent one at a time (300)
  --replays N       replay tasks that wait while live windows are measured (1000000)
  --repeats N       repetitions, at least 1 (3)
  --registrations N registrations into a large DAG (100)
  --data FOLDER     keep the servers' data there (default: a temporary folder)
  --profile FOLDER  processor profiles of all Node processes (they are slower then)
  --no-bare         without the bare pipeline`;

type Count = 'windows' | 'signals' | 'tasks' | 'singles' | 'replays' | 'repeats' | 'registrations';

/** @throws {UsageError}. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const quick = values.quick ?? false;
  const count = (name: Count, fallback: number): number => {
    const number = Number(values[name] ?? fallback);
    if (Number.isInteger(number) && number >= 1) return number;
    throw new UsageError(`--${name} must be a whole number from 1 on`);
  };
  const sdks = positionals[0] === SDKS ? positionals.slice(1) : undefined;
  if (values.docs && !sdks) throw new UsageError(`--docs belongs to '${SDKS}'`);
  const rows = sdks ? [] : positionals.length > 0 ? positionals : ROWS;
  for (const row of rows) {
    if (!ROWS.includes(row as Row)) throw new UsageError(`there is no row '${row}'`);
  }
  return {
    rows: new Set(rows as readonly Row[]),
    sdks,
    docs: values.docs ?? false,
    json: values.json,
    windows: count('windows', quick ? 4_000 : 20_000),
    signals: count('signals', quick ? 60_000 : 400_000),
    tasks: count('tasks', quick ? 300 : 2_000),
    singles: count('singles', quick ? 60 : 300),
    replays: count('replays', quick ? 20_000 : 1_000_000),
    repeats: count('repeats', quick ? 1 : 3),
    registrations: count('registrations', quick ? 20 : 100),
    dataDir: values.data ?? join(tmpdir(), `windlass-bench-${process.pid}`),
    isTemporary: values.data === undefined,
    profile: values.profile,
    bare: !values['no-bare'],
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        json: { type: 'string' },
        windows: { type: 'string' },
        signals: { type: 'string' },
        tasks: { type: 'string' },
        docs: { type: 'boolean' },
        singles: { type: 'string' },
        replays: { type: 'string' },
        repeats: { type: 'string' },
        registrations: { type: 'string' },
        data: { type: 'string' },
        profile: { type: 'string' },
        'no-bare': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
