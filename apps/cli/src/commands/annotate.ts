import { styleText } from 'node:util';
import { Command } from 'commander';
import { askCollector, foundBy, pagesOf } from './collector-api.ts';
import { HubError } from './hub-api.ts';
import { microsOption, parseZone } from './time-option.ts';

/** As the result-collector answers. */
export interface Annotation {
  readonly id: string;
  readonly target: {
    readonly kind: 'WINDOW' | 'RESULT' | 'SOURCE';
    readonly id: string;
    readonly fromUs?: number | null;
    readonly toUs?: number | null;
  };
  readonly text: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly notedAtUs: number;
  readonly withdrawn: { readonly by: string; readonly atUs: number } | null;
}

interface TargetOptions {
  readonly window?: string;
  readonly result?: string;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly zone: string;
}

interface AddOptions extends TargetOptions {
  readonly label: readonly string[];
}

interface ListOptions extends TargetOptions {
  readonly label?: string;
  readonly withdrawn?: true;
  readonly asOf?: string;
  readonly json?: true;
}

export function annotateCommand(): Command {
  const about = (command: Command): Command =>
    command
      .option('--window <id>', 'of this window')
      .option('--result <execution id>', 'of this result')
      .option('--source <name>', 'of this source, between --from and --to')
      .option('--from <time>', 'event time: ISO 8601, without an offset in the zone')
      .option('--to <time>', 'event time, not included')
      .option('--zone <zone>', 'IANA time zone of times without an offset', parseZone, 'UTC');
  const add = about(new Command('add').argument('<text>', 'what is to be said'))
    .description('say something of a window, a result or a source')
    .option('--label <name>', 'may be given again', (one: string, before: readonly string[]) => [...before, one], [])
    .action(addAnnotation);
  const list = about(new Command('list'))
    .description('what was said, oldest first')
    .option('--label <name>', 'with this label')
    .option('--withdrawn', 'also what no longer holds')
    .option('--as-of <time>', 'as it was then')
    .option('--json', 'a JSON object a line')
    .action(listAnnotations);
  const withdraw = new Command('withdraw')
    .argument('<id>', 'as `windlass annotate list` names it')
    .description('say that an annotation no longer holds; it is kept')
    .action(async (id: string) => {
      const gone = await askCollector<Annotation>(`/v1/annotations/${encodeURIComponent(id)}`, 'DELETE');
      process.stdout.write(`${describeAnnotation(gone)}\n`);
    });
  return new Command('annotate')
    .description('what people say of windows, results and sources')
    .addCommand(add)
    .addCommand(list)
    .addCommand(withdraw)
    .addHelpText('after', foundBy);
}

const micros = (option: string, text: string | undefined, zone: string): number | undefined =>
  text === undefined ? undefined : microsOption(option, text, zone);

async function addAnnotation(
  text: string,
  { window, result, source, from, to, zone, label }: AddOptions,
): Promise<void> {
  if ([window, result, source].filter((one) => one !== undefined).length !== 1)
    throw new HubError('NO_TARGET', 'say what it is about: one of --window, --result and --source');
  const body = {
    ...{ window, result, source, text, labels: label },
    from: micros('--from', from, zone),
    to: micros('--to', to, zone),
  };
  const said = await askCollector<Annotation>('/v1/annotations', 'POST', body);
  process.stdout.write(`${describeAnnotation(said)}\n`);
}

async function listAnnotations({ window, result, source, from, to, zone, label, withdrawn, asOf, json }: ListOptions) {
  const times = {
    from: micros('--from', from, zone),
    to: micros('--to', to, zone),
    asOf: micros('--as-of', asOf, zone),
  };
  const query = { window, result, source, label, withdrawn, ...times, limit: 1000 };
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const pages = pagesOf<{ annotations: readonly Annotation[]; nextCursor: string | null }>(
    '/v1/annotations',
    Object.fromEntries(given) as Record<string, string>,
  );
  for await (const { annotations } of pages) {
    for (const one of annotations) process.stdout.write(`${json ? JSON.stringify(one) : describeAnnotation(one)}\n`);
  }
}

const timeText = (us: number): string => new Date(us / 1000).toISOString();

/** One line: when, who, of what, and what. */
export function describeAnnotation({ id, target, text, labels, author, notedAtUs, withdrawn }: Annotation): string {
  const { kind, fromUs = null, toUs = null } = target;
  const span =
    fromUs === null && toUs === null
      ? ''
      : ` [${fromUs === null ? '…' : timeText(fromUs)}, ${toUs === null ? '…' : timeText(toUs)})`;
  return [
    timeText(notedAtUs),
    author,
    `${kind.toLowerCase()} ${target.id}${span}:`,
    text,
    ...labels.map((label) => styleText('cyan', `#${label}`)),
    ...(withdrawn ? [styleText('red', `withdrawn by ${withdrawn.by} ${timeText(withdrawn.atUs)}`)] : []),
    styleText('dim', `(${id})`),
  ].join(' ');
}
