import type { Command } from 'commander';
import { microsOption, parseZone } from './time-option.ts';

/** Which rejected records, as options say it. */
export interface RejectedFilter {
  readonly topic?: string;
  readonly reason?: string;
  readonly windowType?: string;
  readonly source?: string;
  readonly state?: string;
  readonly from?: string;
  readonly to?: string;
  readonly zone: string;
}

export const withSpan = (command: Command): Command =>
  command
    .option('--source <name>', 'with this key')
    .option('--from <time>', 'refused from: ISO 8601, without an offset in the zone')
    .option('--to <time>', 'refused to, not included')
    .option('--zone <zone>', 'IANA time zone of times without an offset', parseZone, 'UTC');

export const withReason = (command: Command): Command =>
  withSpan(command.option('--topic <topic>', 'that were on this topic').option('--reason <code>', 'refused for this'));

/** The same, as the result-collector is asked; what is not said is left out. */
export function rejectedQuery({ from, to, zone, ...rest }: RejectedFilter): Record<string, string> {
  const { topic, reason, windowType, source, state } = rest;
  const micros = (option: string, text: string | undefined) => text && String(microsOption(option, text, zone));
  const query = { topic, reason, windowType, source, state, from: micros('--from', from), to: micros('--to', to) };
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
