import { styleText } from 'node:util';
import { Command } from 'commander';
import { formatDurationUs } from '@windlass/dag';
import { askHub, TRIGGER } from './hub-api.ts';

/** As the trigger answers. */
export interface Silence {
  readonly source: string;
  readonly windowType: string;
  readonly owner: string;
  readonly sinceUs: number;
  readonly expectedByUs: number;
  readonly usualStepUs: number | null;
  readonly toldAtUs: number;
}

interface SilencesOptions {
  readonly type?: string;
  readonly source?: string;
  readonly json?: true;
}

export function silencesCommand(): Command {
  return new Command('silences')
    .description('window types of sources that should have fired by now and have not')
    .option('--type <window type>', 'only of this one, for instance cycle@1')
    .option('--source <name>', 'only of this source')
    .option('--json', 'a JSON object a line')
    .addHelpText('after', '\nThe trigger is found by WINDLASS_TRIGGER_URL (default http://127.0.0.1:4101).')
    .action(async ({ json, ...filter }: SilencesOptions) => {
      const nowUs = Date.now() * 1000;
      let count = 0;
      for await (const silence of silencesOf(filter)) {
        count += 1;
        process.stdout.write(`${json ? JSON.stringify(silence) : describeSilence(silence, nowUs)}\n`);
      }
      if (!json && count === 0) process.stdout.write('Nothing is silent.\n');
    });
}

interface Page {
  readonly silences: readonly Silence[];
  readonly nextCursor: string | null;
}

const askTrigger = (path: string): Promise<Page> => askHub('GET', path, undefined, TRIGGER);

/** All pages, one after the other. @throws {HubError} */
export async function* silencesOf(
  filter: Omit<SilencesOptions, 'json'>,
  ask: (path: string) => Promise<Page> = askTrigger,
): AsyncGenerator<Silence> {
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ ...filter, limit: '1000', ...(cursor !== null && { cursor }) });
    const page: Page = await ask(`/v1/silences?${query}`);
    yield* page.silences;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** One line: who, what, how long ago, and what would be usual. */
export function describeSilence(
  { source, windowType, owner, sinceUs, expectedByUs, usualStepUs }: Silence,
  nowUs: number,
): string {
  const usual = usualStepUs === null ? '' : `, fires every ${about(usualStepUs)} as a rule`;
  return [
    source.padEnd(24),
    windowType.padEnd(24),
    styleText('yellow', `${about(nowUs - expectedByUs)} overdue`),
    styleText('dim', `(not since ${timeText(sinceUs)}, expected by ${timeText(expectedByUs)}${usual}; ${owner})`),
  ].join('  ');
}

const timeText = (us: number): string => new Date(us / 1000).toISOString().replace(/\.\d+Z$/, 'Z');

const SECOND_US = 1_000_000;

/** The two largest units: `3h20m`, `45s`. */
export function about(us: number): string {
  const units = [86_400, 3_600, 60, 1].map((seconds) => seconds * SECOND_US);
  const at = units.findIndex((unit) => us >= unit);
  if (at < 0) return '<1s';
  const [large, small = large] = units.slice(at);
  const whole = Math.floor(us / large!) * large!;
  const rest = Math.floor((us - whole) / small!) * small!;
  return `${formatDurationUs(whole)}${rest > 0 ? formatDurationUs(rest) : ''}`;
}
