import { Command } from 'commander';
import { askHub, HubError, ROUTER } from './hub-api.ts';
import { sourceOfExecution } from './run-source.ts';
import { describeRun, describeRuns, type ExplainedRunsAnswer } from './runs-text.ts';
import { parseZone } from './time-option.ts';

interface ExecutionOptions {
  readonly source?: string;
  readonly zone: string;
  readonly json?: true;
}

export function explainExecutionCommand(): Command {
  return new Command('execution')
    .argument('<id>', '32 hex digits, as results and outcomes name it')
    .description('what happened to a run: its failed attempts, what it was given, what it waits on')
    .option('--source <source>', 'whose it is; needed only for a run without any outcome yet')
    .option('--zone <zone>', 'IANA time zone of the times that are shown', parseZone, 'UTC')
    .option('--json', 'the answer as the router gives it')
    .action(async (id: string, { source, zone, json }: ExecutionOptions) => {
      const of = new URLSearchParams({ source: source ?? (await sourceOfExecution(id)) }).toString();
      const path = `/v1/runs/${encodeURIComponent(id)}/explain?${of}`;
      const answer = await askHub<ExplainedRunsAnswer>('GET', path, undefined, ROUTER);
      process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeRun(answer, zone));
    });
}

/** What the router says of a window; none: it does not hold it. @throws {HubError} as `askHub`. */
export async function routedWindows(source: string, windowId: string): Promise<readonly ExplainedRunsAnswer[]> {
  const query = new URLSearchParams({ source }).toString();
  const path = `/v1/windows/${encodeURIComponent(windowId)}/explain?${query}`;
  try {
    return (await askHub<{ readonly windows: readonly ExplainedRunsAnswer[] }>('GET', path, undefined, ROUTER)).windows;
  } catch (error) {
    if (error instanceof HubError && error.code === 'UNKNOWN_WINDOW') return [];
    throw error;
  }
}

/** The router's part of what is said of a window; it is left out, and said so, while the router does not answer. */
export async function describeRouted(source: string, windowId: string, zone: string): Promise<string> {
  try {
    return describeRuns(await routedWindows(source, windowId), zone);
  } catch (error) {
    if (error instanceof HubError && error.code === 'HUB_UNREACHABLE') return `\n${error.message}\n`;
    throw error;
  }
}
