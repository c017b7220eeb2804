import { Command, InvalidArgumentError } from 'commander';
import { askHub, TRIGGER } from './hub-api.ts';
import { microsOption, parseZone } from './time-option.ts';

type Fields = Readonly<Record<string, string | number | boolean>>;

interface OpenOptions {
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly key?: string;
  readonly parent?: string;
  readonly metadata: Fields;
}

export function openCommand(): Command {
  return new Command('open')
    .argument('<window type>', 'one that opens by emission, for instance inspection@1')
    .description('open a window by hand')
    .requiredOption('--source <name>', 'whose window it is')
    .requiredOption('--from <time>', 'its start, ISO 8601; without offset in --zone')
    .requiredOption('--to <time>', 'its end, which it does not hold')
    .option('--zone <zone>', 'IANA time zone of times without offset', parseZone, 'UTC')
    .option('--metadata <field=value>', 'a field of it; may be given again', withField, {})
    .option('--key <text>', 'tells it apart from others with the same start')
    .option('--parent <window id>', 'the window it lies in; default: the one that holds its start')
    .addHelpText('after', '\nThe trigger is found by WINDLASS_TRIGGER_URL (default http://127.0.0.1:4101).')
    .action(open);
}

async function open(windowType: string, { source, from, to, zone, ...rest }: OpenOptions): Promise<void> {
  const { ids } = await askHub<{ readonly ids: readonly string[] }>(
    'POST',
    '/v1/emissions',
    {
      emissions: [
        {
          windowType,
          source,
          start: microsOption('--from', from, zone),
          end: microsOption('--to', to, zone),
          metadata: rest.metadata,
          emissionKey: rest.key ?? null,
          parentWindowId: rest.parent ?? null,
          owner: 'windlass open',
        },
      ],
    },
    TRIGGER,
  );
  process.stdout.write(
    `Asked for (${ids[0]}). It fires when the watermark of ${source} has passed its end; if it cannot be opened, the dead letters tell why, and so does explain:\n  windlass dlq list --source ${source}\n  windlass explain none --type ${windowType} --source ${source} --at ${from}\n`,
  );
}

/** `load=12.5`: numbers and true or false are such, everything else is text; in quotes a number is text too. */
export function withField(text: string, before: Fields): Fields {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('field=value, for instance load=12.5');
  const value = text.slice(at + 1);
  return { ...before, [text.slice(0, at)]: valueOf(value) };
}

function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const quoted = /^"(.*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
