import { InvalidArgumentError } from 'commander';
import { isZone } from '@windlass/dag';
import { HubError } from './hub-api.ts';
import { parseTime } from './zoned-time.ts';

/** Microseconds of an option's ISO 8601 text; without an offset it is read in the zone. @throws {HubError} BAD_TIME */
export function microsOption(option: string, text: string, zone: string): number {
  // Three digits of a second are read here; windows begin at microseconds.
  const [, upToMillis = text, micros = '', offset = ''] = /^(.*\.\d{3})(\d{1,3})(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const ms = parseTime(`${upToMillis}${offset}`, zone);
  if (ms !== undefined) return ms * 1000 + Number(micros.padEnd(3, '0'));
  throw badTime(option, text);
}

/** An option's ISO 8601 text as the hub takes it; without an offset it is UTC. @throws {HubError} BAD_TIME */
export const isoOption = (option: string, text: string): string =>
  new Date(microsOption(option, text, 'UTC') / 1000).toISOString();

/** An option's text is no time. */
export function badTime(option: string, text: string): HubError {
  const right = '2026-03-29T00:00:00Z, 2026-03-29T02:30 (in the zone) or 2026-03-29';
  return new HubError('BAD_TIME', `${option} "${text}" is no ISO 8601 time; for instance ${right}`);
}

export function parseZone(zone: string): string {
  if (isZone(zone)) return zone;
  throw new InvalidArgumentError('not a time zone; an IANA name such as "Europe/Berlin"');
}
