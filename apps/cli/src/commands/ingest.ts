import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDurationUs } from '@windlass/dag';
import { BATCH_ROWS } from '../ingest/batches.ts';
import { dryRun } from '../ingest/dry-run.ts';
import { ingest } from '../ingest/ingest.ts';
import { IngestError } from '../ingest/ingest-error.ts';
import type { Mapping } from '../ingest/mapping.ts';
import { type MappingOptions, readMapping } from '../ingest/options.ts';
import { Progress } from '../ingest/progress.ts';
import { SignalDoor } from '../ingest/signal-door.ts';
import { stateFileOf } from '../ingest/state-file.ts';
import { describeRun } from '../ingest/summary.ts';
import { PATTERN_TOKENS } from '../ingest/time-pattern.ts';
import { count } from './count-option.ts';
import { dataFolderOption } from './data-folder.ts';

interface IngestOptions extends MappingOptions {
  readonly onError: 'stop' | 'skip';
  readonly rejects?: string;
  readonly resume: boolean;
  readonly batch: number;
  readonly finish?: number;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly trigger: string;
  readonly state?: string;
  readonly data: string;
}

/** As a shell says of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

export function ingestCommand(): Command {
  return new Command('ingest')
    .description('send the rows of a CSV to the hub as signals: resumable, in order, none lost, none counted twice')
    .argument('<file>', 'CSV, plain or gzip; - reads standard input')
    .option('--mapping <file>', 'YAML that says how a row becomes a signal; options win over it')
    .option('--time <column>', 'column of the event time')
    .option(
      '--time-format <format>',
      `iso (default); s, ms, us or ns since 1970; or a pattern: ${PATTERN_TOKENS} and '…'`,
    )
    .option('--zone <zone>', 'IANA zone, or +01:00, of times without an offset; default UTC')
    .addOption(
      new Option('--overlap <which>', 'of two instants when clocks go back; default first').choices([
        'first',
        'second',
      ]),
    )
    .addOption(new Option('--source <name>', 'source of every row').conflicts('sourceColumn'))
    .option('--source-column <column>', 'column of the source')
    .addOption(new Option('--name <name>', 'name of the signals; default sample').conflicts('nameColumn'))
    .option('--name-column <column>', 'column of the name')
    .option('--values <columns>', 'a,b,channel=column; default: every numeric column that is nothing else')
    .option('--id <column>', 'column of the id; default: a hash of what the row says')
    .option('--phase <column>', 'column with POINT, START, STOP or WATERMARK')
    .option('--correlation <column>', 'column that a START and its STOP have in common')
    .option('--count <column>', 'column of how many samples a row stands for')
    .option('--metadata <columns>', 'a,field=column,field=column:number; types are text, number, boolean')
    .addOption(
      new Option(
        '--identical-rows <what>',
        'rows that say the same are one signal, or each its own; default one',
      ).choices(['one', 'each']),
    )
    .addOption(new Option('--encoding <name>', 'default utf8').choices(['utf8', 'latin1']))
    .option('--separator <char>', 'default a comma; "tab"')
    .option('--no-header', 'the first line is a row; columns are called 1, 2, …')
    .option('--columns <names>', 'a,b,c: names of the columns, instead of those of the header')
    .option('--quote <char>', 'default "; "none"')
    .option('--comment <text>', 'lines that begin with it are no rows')
    .addOption(new Option('--decimal <char>', 'default .').choices(['.', ',']))
    .option('--missing <texts>', 'NA,n/a: cells that hold no value, besides empty ones')
    .addOption(
      new Option('--on-error <what>', 'at a row that cannot be read').choices(['stop', 'skip']).default('stop'),
    )
    .option('--rejects <file>', 'where skipped rows go; default FILE.rejects.csv, and FILE.rejects.log says why')
    .option('--resume', 'go on where an earlier run stopped', false)
    .option(
      '--finish <duration>',
      'at the end say of each source that nothing is missing up to so long after its last row',
      duration,
    )
    .option('--batch <rows>', 'rows of one request, 1 to 10000', batchRows, BATCH_ROWS)
    .option('--dry-run', 'show what the first rows become, as input of `windlass simulate`; nothing is sent', false)
    .option('--rows <n>', 'rows of a dry run', count, 5)
    .addOption(
      new Option('--trigger <url>', 'where the trigger is')
        .env('WINDLASS_TRIGGER_URL')
        .default('http://127.0.0.1:4101'),
    )
    .option('--state <file>', 'where it is noted how far the file is sent; default in the folder ingest of --data')
    .addOption(dataFolderOption())
    .addHelpText(
      'after',
      '\nThe token is taken from WINDLASS_TOKEN. Mapping files, and what is promised: docs/reference/ingest.md',
    )
    .action(async (path: string, options: IngestOptions) => {
      const mapping = await readMapping(options);
      if (options.dryRun) await showRows(path, mapping, options.rows);
      else await send(path, mapping, options);
    });
}

async function showRows(path: string, mapping: Mapping, rows: number): Promise<void> {
  const bad = await dryRun({
    path,
    mapping,
    rows,
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
  });
  if (bad > 0) process.exitCode = 1;
}

async function send(path: string, mapping: Mapping, options: IngestOptions): Promise<void> {
  const isStdin = path === '-';
  if (isStdin && options.resume)
    throw new IngestError(
      'NOTHING_TO_RESUME',
      'standard input cannot be resumed; what is sent again is known by its id',
    );
  const progress = new Progress(process.stderr, isStdin ? 'stdin' : path);
  const stop = stopOnSignals(progress);
  const door = new SignalDoor({
    url: options.trigger,
    token: process.env['WINDLASS_TOKEN'] || undefined,
    onWait: ({ reason, delayMs }) => progress.note(`${reason}; again in ${(delayMs / 1_000).toFixed(1)} s`),
    stop,
  });
  try {
    const run = await ingest({
      path,
      mapping,
      onError: options.onError,
      rejectsFile: options.rejects ?? `${isStdin ? 'stdin' : path}.rejects.csv`,
      stateFile: isStdin ? null : (options.state ?? stateFileOf(path, options.data)),
      resume: options.resume,
      batchRows: options.batch,
      finishUs: options.finish ?? null,
      door,
      progress,
      stop,
    });
    process.stdout.write(describeRun(run));
  } catch (error) {
    if (!(error instanceof IngestError) || error.code !== 'INTERRUPTED') throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = INTERRUPTED;
  }
}

/** Aborted by the first Ctrl-C; the second ends the process as ever. */
function stopOnSignals(progress: Progress): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      progress.note('stopping after the rows under way; again to stop at once');
      controller.abort();
    });
  return controller.signal;
}

function duration(text: string): number {
  const us = parseDurationUs(text);
  if (us === undefined) throw new InvalidArgumentError('a duration such as 10m, 1h30m or 2d');
  return us;
}

/** As many as the trigger takes. */
const MAX_BATCH_ROWS = 10_000;

function batchRows(text: string): number {
  const rows = Number(text);
  if (Number.isSafeInteger(rows) && rows >= 1 && rows <= MAX_BATCH_ROWS) return rows;
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_BATCH_ROWS}`);
}
