import { styleText } from 'node:util';
import { Command } from 'commander';
import { judgeCron } from '@windlass/dag';
import { cronInstants } from '@windlass/windowing';
import { dayFlags, localDay, type LocalDay } from './local-day.ts';
import { MAX_COUNT, parseCount, timeOption } from './next-options.ts';
import { parseZone } from './time-option.ts';
import { isoText, zonedTime } from './zoned-time.ts';

export interface CronInstant extends LocalDay {
  /** ISO 8601, UTC. */
  readonly utc: string;
  /** ISO 8601 with the zone's offset. */
  readonly local: string;
  readonly weekday: string;
}

export function cronCommand(): Command {
  const next = new Command('next')
    .argument('<expression>', 'five fields (minute first) or six (second first), quoted')
    .description('when a cron window type fires next: UTC, local time, and days that are not 24 hours long')
    .option('--zone <zone>', 'IANA time zone', parseZone, 'UTC')
    .option('--from <time>', 'instants after this: ISO 8601, without an offset in the zone; default: now')
    .option('--count <n>', `how many, 1 to ${MAX_COUNT}`, parseCount, 10)
    .option('--json', 'a JSON object a line')
    .action((expression: string, { zone, from, count, json }: NextOptions) => {
      for (const instant of nextInstants(expression, { zone, fromMs: timeOption('--from', from, zone), count }))
        process.stdout.write(`${json ? JSON.stringify(instant) : describeInstant(instant)}\n`);
    });
  return new Command('cron').description('cron expressions as the trigger reads them').addCommand(next);
}

interface NextOptions {
  readonly zone: string;
  readonly from?: string;
  readonly count: number;
  readonly json?: true;
}

class CronError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws {CronError} BAD_CRON, CRON_NEVER_MATCHES; CRON_ENDS after the last instant, if there are fewer than `count`. */
export function* nextInstants(
  expression: string,
  { zone, fromMs, count }: { readonly zone: string; readonly fromMs: number; readonly count: number },
): Generator<CronInstant> {
  const verdict = judgeCron(expression);
  if (verdict === 'never') throw new CronError('CRON_NEVER_MATCHES', `"${expression}" matches no day of any year`);
  if (verdict !== 'matches')
    throw new CronError(
      'BAD_CRON',
      `"${expression}": ${verdict.malformed}; five fields (minute hour day month weekday), or six with seconds first, in quotes`,
    );
  const instants = cronInstants({ kind: 'cron', expression, zone, scope: 'global' }, fromMs * 1_000);
  let left = count;
  for (const timeUs of instants) {
    const instant = instantOf(zone, timeUs);
    if (instant === null) break;
    yield instant;
    if (--left === 0) return;
  }
  throw new CronError(
    'CRON_ENDS',
    `"${expression}": ${count - left} of ${count} instants after ${new Date(fromMs).toISOString()}; a schedule is known only from its first instant after year 1 to year 2999`,
  );
}

function instantOf(zone: string, timeUs: number): CronInstant | null {
  const day = localDay(zone, timeUs);
  if (day === null) return null;
  const { local, offset, weekday } = zonedTime(zone, timeUs / 1_000);
  return { utc: isoText(timeUs / 1_000), local: `${local}${offset}`, weekday, ...day };
}

export function describeInstant({ utc, local, weekday, ...day }: CronInstant): string {
  const flags = dayFlags(day);
  return `${utc}  ${local} ${weekday}${flags.length === 0 ? '' : styleText('yellow', `  ${flags.join(', ')}`)}`;
}
