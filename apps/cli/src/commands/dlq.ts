import { Command, Option } from 'commander';
import { askCollector, foundBy, pagesOf } from './collector-api.ts';
import { count } from './count-option.ts';
import { deadLetterText, describeDeadLetter, type DeadLetter, type ItsBytes } from './dlq-text.ts';
import { HubError } from './hub-api.ts';
import { rejectedQuery, withReason, type RejectedFilter } from './rejected-filter.ts';

interface ListOptions extends RejectedFilter {
  readonly limit?: number;
  readonly json?: true;
}

export interface SettleOptions extends RejectedFilter {
  readonly all?: true;
  readonly why?: string;
  readonly again?: true;
  readonly dryRun?: true;
}

export interface Settled {
  readonly deadLetters: readonly DeadLetter[];
  readonly refused: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  readonly nextCursor: string | null;
}

interface Page {
  readonly deadLetters: readonly DeadLetter[];
  readonly nextCursor: string | null;
}

export function dlqCommand(): Command {
  const list = withReason(new Command('list'))
    .description('dead letters, in the order in which they came')
    .addOption(
      new Option('--state <state>', 'OPEN: nothing was done about it yet').choices(['OPEN', 'REDRIVEN', 'DROPPED']),
    )
    .option('--limit <n>', 'at most so many', count)
    .option('--json', 'a JSON object a line')
    .action(listDeadLetters);
  const show = new Command('show')
    .argument('<id>', 'as `windlass dlq list` names it')
    .description('a dead letter: what was wrong, where it was, its history and its bytes')
    .option('--json', 'as the hub answers')
    .action(showDeadLetter);
  const redrive = withReason(new Command('redrive'))
    .argument('[id]', 'as `windlass dlq list` names it; none: those of --all')
    .description('send dead letters again to the topics that they came from, once what was wrong is mended')
    .option('--all', 'all that are open and of --reason, --topic, --source, --from and --to')
    .option('--why <text>', 'kept with it')
    .option('--again', 'also when something was done about it before')
    .option('--dry-run', 'only say what would be done')
    .action((id: string | undefined, options: SettleOptions) => settle('redrive', id, options));
  const drop = withReason(new Command('drop'))
    .argument('[id]', 'as `windlass dlq list` names it; none: those of --all')
    .description('say of dead letters that nothing will be done about them; Kafka keeps them as it keeps the others')
    .option('--all', 'all that are open and of --reason, --topic, --source, --from and --to')
    .requiredOption('--why <text>', 'kept with it')
    .option('--dry-run', 'only say what would be done')
    .action((id: string | undefined, options: SettleOptions) => settle('drop', id, options));
  const command = new Command('dlq').description('dead letters: records that could not be used');
  for (const one of [list, show, redrive, drop]) command.addCommand(one);
  return command.addHelpText('after', foundBy);
}

async function listDeadLetters({ limit = Infinity, json, ...filter }: ListOptions): Promise<void> {
  const query = { ...rejectedQuery(filter), limit: String(Math.min(limit, 1000)) };
  let shown = 0;
  for await (const { deadLetters } of pagesOf<Page>('/v1/dead-letters', query)) {
    for (const one of deadLetters.slice(0, limit - shown)) {
      shown += 1;
      process.stdout.write(`${json ? JSON.stringify(one) : describeDeadLetter(one)}\n`);
    }
    if (shown >= limit) return;
  }
  if (!json && shown === 0) process.stdout.write('There is no such dead letter.\n');
}

async function showDeadLetter(id: string, { json }: { readonly json?: true }): Promise<void> {
  const one = await askCollector<DeadLetter & ItsBytes>(`/v1/dead-letters/${encodeURIComponent(id)}`);
  process.stdout.write(`${json ? JSON.stringify(one) : deadLetterText(one)}\n`);
}

type Verb = 'redrive' | 'drop';

async function settle(verb: Verb, id: string | undefined, options: SettleOptions): Promise<void> {
  const { why, again = false, dryRun = false } = options;
  checkWhich(id, options);
  const done = { redrive: 'sent again', drop: 'dropped' }[verb];
  const say = (one: DeadLetter) =>
    process.stdout.write(`${one.id}  ${one.code}  ${one.source}  ${dryRun ? 'would be ' : ''}${done}\n`);
  const how = { dryRun, ...(why !== undefined && { why }), ...(verb === 'redrive' && id !== undefined && { again }) };
  if (id !== undefined) {
    say(await askCollector<DeadLetter>(`/v1/dead-letters/${encodeURIComponent(id)}/${verb}`, 'POST', how));
    return;
  }
  let refused = 0;
  for await (const round of roundsOf(verb, { ...rejectedQuery(options), ...how })) {
    round.deadLetters.forEach(say);
    for (const one of round.refused) process.stderr.write(`${one.id}  ${one.code}: ${one.message}\n`);
    refused += round.refused.length;
  }
  if (refused > 0) throw new HubError('SOME_REFUSED', `nothing was done about ${refused}; see above`);
}

/** @throws {HubError} WHICH_DEAD_LETTERS */
export function checkWhich(id: string | undefined, options: SettleOptions): void {
  const filter = Object.keys(rejectedQuery(options)).map((name) => `--${name}`);
  if (id !== undefined && !options.all && filter.length === 0) return;
  if (id === undefined && options.all && filter.length > 0 && !options.again) return;
  const right = options.again
    ? '--again is for one: name its id'
    : 'name one by its id, or say --all with --reason, --topic, --source, --from or --to';
  throw new HubError('WHICH_DEAD_LETTERS', right);
}

/** A round after the other, until all that were there when the first was asked for are settled. */
export async function* roundsOf(
  verb: Verb,
  body: Readonly<Record<string, unknown>>,
  ask: (path: string, body: unknown) => Promise<Settled> = (path, asked) => askCollector(path, 'POST', asked),
): AsyncGenerator<Settled> {
  let cursor: string | null = null;
  do {
    const round: Settled = await ask(`/v1/dead-letters/${verb}`, { ...body, ...(cursor !== null && { cursor }) });
    yield round;
    cursor = round.nextCursor;
  } while (cursor !== null);
}
