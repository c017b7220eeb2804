import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { formatDurationUs, type Hold, parseDurationUs } from '@windlass/dag';
import { askHub, HubError, ROUTER } from './hub-api.ts';

const POLL_MS = 500;
const TIMEOUT_US = 600_000_000;

/** As the router answers. */
export interface RouterHold {
  readonly kind: Hold['kind'];
  readonly name: string;
  readonly number: number;
  readonly queued: number;
  readonly inFlight: number | null;
  readonly drained: boolean | null;
}

/** Microseconds. */
export const timeoutOption = (): Option =>
  new Option('--timeout <duration>', 'wait at most so long')
    .argParser(parseTimeout)
    .default(TIMEOUT_US, formatDurationUs(TIMEOUT_US));

function parseTimeout(text: string): number {
  const us = parseDurationUs(text);
  if (typeof us === 'number' && us > 0) return us;
  throw new InvalidArgumentError('a duration such as 90s or 10m');
}

const askRouter = (): Promise<{ readonly holds: readonly RouterHold[] }> =>
  askHub('GET', '/v1/holds', undefined, ROUTER);

/**
 * Resolves, with what to say, when nothing of what is drained is under way.
 * @throws {HubError} NOT_DRAINED after `timeoutUs`: it is drained on; RESUMED when somebody has ended the drain.
 */
export async function waitUntilDrained(
  { kind, name, number }: Pick<Hold, 'kind' | 'name' | 'number'>,
  timeoutUs: number,
  ask = askRouter,
): Promise<string> {
  const endMs = performance.now() + timeoutUs / 1000;
  let wasSeen = false;
  for (;;) {
    const { holds } = await ask();
    const hold = holds.find((one) => one.kind === kind && one.name === name && one.number >= number);
    if (hold && hold.number > number) throw resumed(name);
    if (!hold && wasSeen) throw resumed(name);
    if (hold?.drained) return `drained: nothing of ${name} is under way; ${hold.queued} tasks wait`;
    wasSeen ||= hold !== undefined;
    if (performance.now() >= endMs)
      throw new HubError(
        'NOT_DRAINED',
        `after ${formatDurationUs(timeoutUs)} ${hold?.inFlight ?? 'some'} tasks of ${name} are under way; it is still being drained`,
      );
    await delay(Math.min(POLL_MS, timeoutUs / 1000));
  }
}

const resumed = (name: string): HubError =>
  new HubError('RESUMED', `somebody has ended the drain of ${name} in the meantime`);
