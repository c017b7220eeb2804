import { Command, Option } from 'commander';
import { microsOption, parseZone } from './time-option.ts';

/** Which results, as the options of `windlass results` say it. */
export interface FilterOptions {
  readonly source?: string;
  readonly algorithm?: string;
  readonly windowType?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly zone: string;
  readonly revisions?: string;
  readonly standing?: string;
  readonly state?: string;
}

export const withFilter = (command: Command): Command =>
  command
    .option('--source <name>', 'of this source or group')
    .option('--algorithm <name@version>', 'of this algorithm')
    .option('--window-type <name@version>', 'on windows of this type')
    .option('--from <time>', 'window start from: ISO 8601, without an offset in the zone')
    .option('--to <time>', 'window start to, not included')
    .option('--as-of <time>', 'what was known then; default: what is known now')
    .option('--zone <zone>', 'IANA time zone of times without an offset', parseZone, 'UTC')
    .addOption(new Option('--revisions <which>', 'latest: the newest run; all: every run').choices(['latest', 'all']))
    .addOption(
      new Option('--standing <which>', 'current: what holds; withdrawn: what does not').choices([
        'current',
        'withdrawn',
        'all',
      ]),
    )
    .addOption(
      new Option('--state <verdict>', 'with this verdict').choices(['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED']),
    );

/** The same, as the result-collector is asked. */
export function filterQuery({ from, to, asOf, zone, ...rest }: FilterOptions): Record<string, string> {
  const micros = (option: string, text: string | undefined): string | undefined =>
    text === undefined ? undefined : String(microsOption(option, text, zone));
  const query = {
    ...{ source: rest.source, algorithm: rest.algorithm, windowType: rest.windowType, state: rest.state },
    ...{ revisions: rest.revisions, standing: rest.standing },
    from: micros('--from', from),
    to: micros('--to', to),
    asOf: micros('--as-of', asOf),
  };
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
