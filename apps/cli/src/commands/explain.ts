import { Command, InvalidArgumentError } from 'commander';
import { isZone } from '@windlass/dag';
import { describeExplanation, type ExplanationAnswer } from './explain-text.ts';
import { askTrigger, HubError } from './hub-api.ts';
import { parseTime } from './zoned-time.ts';

interface ShowOptions {
  readonly zone: string;
  readonly json?: true;
}

interface WindowOptions extends ShowOptions {
  readonly source?: string;
}

interface NoneOptions extends ShowOptions {
  readonly type: string;
  readonly source: string;
  readonly at: string;
}

export function explainCommand(): Command {
  const window = new Command('window')
    .argument('<id>', '32 hex digits, as windows, panes and results name it')
    .description('why a window opened, why it fired or has not, and what was dropped of its time')
    .option('--source <source>', 'whose it is; needed only for a window that the journal does not know')
    .option('--zone <zone>', 'IANA time zone of the times that are shown', parseZone, 'UTC')
    .option('--json', 'the answer as the trigger gives it')
    .action(async (id: string, { source, ...show }: WindowOptions) => {
      const query = source === undefined ? '' : `?${new URLSearchParams({ source }).toString()}`;
      print(await askTrigger<ExplanationAnswer>(`/v1/windows/${encodeURIComponent(id)}/explain${query}`), show);
    });
  const none = new Command('none')
    .description('why a source has no window of a type around a time')
    .requiredOption('--type <type>', 'window type, for instance cycle@1')
    .requiredOption('--source <source>', 'the source')
    .requiredOption('--at <time>', 'event time: ISO 8601, without an offset in the zone')
    .option('--zone <zone>', 'IANA time zone of --at and of the times that are shown', parseZone, 'UTC')
    .option('--json', 'the answer as the trigger gives it')
    .action(async ({ type, source, at, ...show }: NoneOptions) => {
      const query = new URLSearchParams({ type, source, at: String(microsOf(at, show.zone)) });
      print(await askTrigger<ExplanationAnswer>(`/v1/windows/explain?${query.toString()}`), show);
    });
  return new Command('explain')
    .description('what the trigger did with a window, or why there is none')
    .addCommand(window)
    .addCommand(none);
}

const print = (answer: ExplanationAnswer, { zone, json }: ShowOptions): void =>
  void process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeExplanation(answer, zone));

/** @throws {HubError} BAD_TIME */
function microsOf(text: string, zone: string): number {
  // Three digits of a second are read here; windows begin at microseconds.
  const [, upToMillis = text, micros = '', offset = ''] = /^(.*\.\d{3})(\d{1,3})(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const ms = parseTime(`${upToMillis}${offset}`, zone);
  if (ms !== undefined) return ms * 1000 + Number(micros.padEnd(3, '0'));
  const right = '2026-03-29T00:00:00Z, 2026-03-29T02:30 (in the zone) or 2026-03-29';
  throw new HubError('BAD_TIME', `--at "${text}" is no ISO 8601 time; for instance ${right}`);
}

function parseZone(zone: string): string {
  if (isZone(zone)) return zone;
  throw new InvalidArgumentError('not a time zone; an IANA name such as "Europe/Berlin"');
}
