import { Command, Option } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { foundBy } from './collector-api.ts';
import { HubError, openHub, RESULT_COLLECTOR } from './hub-api.ts';
import { describeResult, type Result } from './result-text.ts';
import { serverEvents, type ServerEvent } from './server-events.ts';

interface TailOptions {
  readonly source?: string;
  readonly algorithm?: string;
  readonly windowType?: string;
  readonly state?: string;
  readonly from: 'now' | 'beginning';
  readonly json?: true;
}

/** Between two attempts to connect. */
const RECONNECT_MS = 1_000;

export const tailCommand = (): Command =>
  new Command('tail')
    .description('results as they become known, until it is stopped; nothing is left out while the hub is away')
    .option('--source <name>', 'of this source or group')
    .option('--algorithm <name@version>', 'of this algorithm')
    .option('--window-type <name@version>', 'on windows of this type')
    .option('--state <verdict>', 'with this verdict')
    .addOption(new Option('--from <where>', 'where to begin').choices(['now', 'beginning']).default('now'))
    .option('--json', 'a JSON object a line: event and data')
    .addHelpText('after', foundBy)
    .action(tail);

async function tail({ json, ...query }: TailOptions): Promise<void> {
  for await (const event of followResults(query, (path, headers) =>
    openHub(path, { service: RESULT_COLLECTOR, headers }),
  )) {
    const text = json ? jsonLine(event) : describeEvent(event);
    if (text !== '') process.stdout.write(text);
  }
}

/**
 * Events of the stream, over all breaks of the connection: each goes on behind the last event that came. What cannot be reached at first
 * is told; later it is waited for.
 */
export async function* followResults(
  query: Omit<TailOptions, 'json'>,
  open: (path: string, headers: Readonly<Record<string, string>>) => Promise<Response>,
  waitMs: number = RECONNECT_MS,
): AsyncGenerator<ServerEvent> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const path = `/v1/results/stream?${new URLSearchParams(given).toString()}`;
  let lastEventId: string | undefined;
  for (;;) {
    try {
      const { body } = await open(path, lastEventId === undefined ? {} : { 'last-event-id': lastEventId });
      for await (const event of serverEvents(body!)) {
        lastEventId = event.id;
        yield event;
      }
    } catch (error) {
      const isGone = !(error instanceof HubError) || error.code === 'HUB_UNREACHABLE';
      if (lastEventId === undefined || !isGone) throw error;
    }
    await pause(waitMs);
  }
}

const jsonLine = ({ event, data }: ServerEvent): string =>
  event === 'open' || event === 'heartbeat' ? '' : `{"event":${JSON.stringify(event)},"data":${data}}\n`;

interface Withdrawal {
  readonly executionId: string;
  readonly key: string;
  readonly algorithm: string;
  readonly reason: string;
}

export function describeEvent({ event, data }: ServerEvent): string {
  switch (event) {
    case 'outcome':
      return `${describeResult(JSON.parse(data) as Result)}\n`;
    case 'withdrawal': {
      const { executionId, key, algorithm, reason } = JSON.parse(data) as Withdrawal;
      return `withdrawn: ${algorithm} of ${key} (${executionId}): ${reason}\n`;
    }
    case 'reset':
      return 'The store was made anew: what was known before is to be asked for again; from here on it goes on.\n';
    default:
      return '';
  }
}
