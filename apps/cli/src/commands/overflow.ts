import { styleText } from 'node:util';
import { Command } from 'commander';
import { askHub, TRIGGER } from './hub-api.ts';
import { about } from './silences.ts';

/** As the trigger answers. */
export interface Parked {
  readonly source: string;
  readonly sinceUs: number;
  readonly signals: number;
  readonly spanUs: number;
  readonly perSecond: number;
  readonly burst: number;
  readonly firstOffset: string;
  readonly releasedOffset: string;
}

interface Page {
  readonly sources: readonly Parked[];
  readonly nextCursor: string | null;
}

export function overflowCommand(): Command {
  const command = new Command('overflow').description('sources that sent more than they may, and are parked');
  command.command('list').description('parked sources').option('--json', 'a JSON object a line').action(list);
  command
    .command('release')
    .argument('<source>', 'a parked one')
    .description('bring back what is parked of a source; then it is parked no more')
    .action(release);
  return command.addHelpText(
    'after',
    '\nThe trigger is found by WINDLASS_TRIGGER_URL (default http://127.0.0.1:4101).',
  );
}

async function list({ json }: { readonly json?: true }): Promise<void> {
  const nowUs = Date.now() * 1000;
  let count = 0;
  for await (const parked of parkedSources()) {
    count += 1;
    process.stdout.write(`${json ? JSON.stringify(parked) : describeParked(parked, nowUs)}\n`);
  }
  if (!json && count === 0) process.stdout.write('No source is parked.\n');
}

async function release(source: string): Promise<void> {
  await askHub('POST', `/v1/overflow/${encodeURIComponent(source)}/release`, undefined, TRIGGER);
  process.stdout.write(
    `What is parked of ${source} comes back now; \`windlass overflow list\` shows how far it is, and it leaves the list when all of it is back.\n`,
  );
}

const askTrigger = (path: string): Promise<Page> => askHub('GET', path, undefined, TRIGGER);

/** All pages, one after the other. @throws {HubError} */
export async function* parkedSources(ask: (path: string) => Promise<Page> = askTrigger): AsyncGenerator<Parked> {
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '1000', ...(cursor !== null && { cursor }) });
    const page: Page = await ask(`/v1/overflow?${query}`);
    yield* page.sources;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** One line: who, since when, and how it sent. */
export function describeParked(
  { source, sinceUs, signals, spanUs, perSecond, burst, firstOffset, releasedOffset }: Parked,
  nowUs: number,
): string {
  const isComingBack = BigInt(releasedOffset) >= BigInt(firstOffset);
  return [
    source.padEnd(24),
    styleText('yellow', `parked for ${about(nowUs - sinceUs)}`),
    `it sent ${signals} signals in ${spanUs < 1_000_000 ? 'less than 1s' : about(spanUs)}, may ${perSecond} a second and ${burst} at once`,
    ...(isComingBack ? [styleText('dim', `(back up to offset ${releasedOffset} of the signals topic)`)] : []),
  ].join('  ');
}
