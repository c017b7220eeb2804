import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { askHub, HubError, ROUTER } from './hub-api.ts';
import { sourceOfExecution, sourceOfWindow } from './run-source.ts';
import { describeCommand, describeCommands, type CommandAnswer, type CommandsAnswer } from './run-text.ts';
import { microsOption } from './time-option.ts';
import { type WhyOption, whyOption } from './why-option.ts';

interface RunOptions extends WhyOption {
  readonly source?: string;
  readonly window?: string;
  readonly algorithm?: string;
  readonly failed?: true;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: true;
  readonly wait: boolean;
  readonly commandId?: string;
  readonly json?: true;
}

type Action = CommandAnswer['action'];

const meanings: Readonly<Record<Action, string>> = {
  retry: 'run again what failed, timed out, was cancelled or skipped; what needs it follows by its onRevision',
  cancel: 'end what waits or is under way as CANCELLED; what needs it follows by its onFailed',
  skip: 'end what waits or is under way as SKIPPED; what needs it follows by its onFailed',
};

export function runCommand(): Command {
  const run = new Command('run').description('what a person decides about single runs');
  for (const action of ['retry', 'cancel', 'skip'] as const) run.addCommand(actionCommand(action));
  return run.addCommand(logCommand());
}

function actionCommand(action: Action): Command {
  const command = new Command(action)
    .argument('[execution]', '32 hex digits; or --window and --algorithm')
    .description(meanings[action])
    .option('--source <source>', 'whose the window is; needed only where the result-collector does not know it')
    .option('--window <id>', 'with --algorithm: its current run on this window')
    .option('--algorithm <name@version>');
  if (action === 'retry')
    command
      .option('--failed', 'with --algorithm: all its runs that failed (of --source, if given)')
      .option('--from <time>', 'of the starts of windows, event time, ISO 8601')
      .option('--to <time>', 'exclusive');
  return command
    .addOption(whyOption())
    .option('--dry-run', 'only tell what would be done')
    .option('--command-id <id>', 'the same id again is the same command')
    .option('--no-wait', 'do not wait until it is done')
    .option('--json', 'the answer as the router gives it')
    .addHelpText('after', '\nThe router is found by WINDLASS_ROUTER_URL (default http://127.0.0.1:4102).')
    .action(async (execution: string | undefined, options: RunOptions) => {
      const runs = await selectionOf(execution, options);
      const answer = await order(action, runs, options);
      process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : describeCommand(answer));
      if (answer.runs.some(({ status }) => status === 'REFUSED' || status === 'WAITS')) process.exitCode = 1;
    });
}

function logCommand(): Command {
  return new Command('log')
    .description('the last commands about runs: who asked for what, when and why')
    .option('--json', 'the answer as the router gives it')
    .action(async ({ json }: { readonly json?: true }) => {
      const answer = await askHub<CommandsAnswer>('GET', '/v1/runs/commands', undefined, ROUTER);
      process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeCommands(answer));
    });
}

/** @throws {HubError} BAD_SELECTION. */
export async function selectionOf(
  execution: string | undefined,
  { source, window, algorithm, failed, from, to }: RunOptions,
): Promise<object> {
  if (execution !== undefined && window === undefined && algorithm === undefined && !failed)
    return { source: source ?? (await sourceOfExecution(execution)), executionId: execution };
  if (execution === undefined && window !== undefined && algorithm !== undefined && !failed)
    return { source: source ?? (await sourceOfWindow(window)), windowId: window, algorithm };
  if (execution === undefined && window === undefined && algorithm !== undefined && failed && from && to) {
    const time = { fromUs: microsOption('--from', from, 'UTC'), toUs: microsOption('--to', to, 'UTC') };
    return { failed: true, algorithm, ...time, ...(source !== undefined && { source }) };
  }
  throw new HubError(
    'BAD_SELECTION',
    'say which runs: an execution id; or --window and --algorithm; or, to retry, --algorithm --failed --from --to',
  );
}

/** How long to wait until the owners of the partitions have followed a command. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 200;

async function order(action: Action, runs: object, options: RunOptions): Promise<CommandAnswer> {
  const { why, dryRun, wait, commandId = randomUUID() } = options;
  const body = { commandId, action, runs, ...(why !== undefined && { why }), ...(dryRun && { dryRun }) };
  let answer = await askHub<CommandAnswer>('POST', '/v1/runs/commands', body, ROUTER);
  const untilMs = performance.now() + PATIENCE_MS;
  while (!dryRun && wait && isWaiting(answer) && performance.now() < untilMs) {
    await pause(LOOK_MS);
    answer = await askHub<CommandAnswer>(
      'GET',
      `/v1/runs/commands/${encodeURIComponent(commandId)}`,
      undefined,
      ROUTER,
    );
  }
  return answer;
}

const isWaiting = ({ runs }: CommandAnswer): boolean => runs.some(({ status }) => status === 'WAITS');
