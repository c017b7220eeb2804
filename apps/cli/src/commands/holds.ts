import { Command } from 'commander';
import type { DagRevision, Hold, HoldMode, HoldSubject } from '@windlass/dag';
import { askHub, changeHub, HubError } from './hub-api.ts';
import { timeoutOption, waitUntilDrained } from './drained.ts';
import { sortNames } from './retire.ts';
import { type WhyOption, whyOption } from './why-option.ts';

/** As dag-registry answers. */
interface Holding {
  readonly changed: boolean;
  readonly hold: Hold | null;
}

const NAME = 'a processor, or name@version of an algorithm or a window type';

export function pauseCommand(): Command {
  return new Command('pause')
    .argument('<name>', NAME)
    .description('dispatch nothing new to it; what is under way goes on to its end, what becomes ready waits')
    .addOption(whyOption())
    .action(async (name: string, { why }: WhyOption) => {
      const { kind, name: of } = await subjectOf(name);
      const { changed, hold } = await setHold({ kind, name: of }, 'PAUSE', why);
      process.stdout.write(`${kind} ${of} is paused${changed ? '' : ` already, ${saidOf(hold!)}`}\n`);
    });
}

export function resumeCommand(): Command {
  return new Command('resume')
    .argument('<name>', NAME)
    .description('end a pause or a drain: what waited goes on in its order')
    .addOption(whyOption())
    .action(async (name: string, { why }: WhyOption) => {
      const { kind, name: of } = await subjectOf(name);
      const { changed } = await setHold({ kind, name: of }, null, why);
      process.stdout.write(changed ? `${kind} ${of} goes on\n` : `nothing held ${kind} ${of}\n`);
    });
}

interface DrainOptions extends WhyOption {
  readonly wait: boolean;
  readonly timeout: number;
}

export function drainCommand(): Command {
  return drainOf(NAME, subjectOf);
}

/** As `windlass drain`, of processors only. */
export function drainProcessorCommand(): Command {
  return drainOf('of the processor', async (name) => ({ kind: 'processor', name }));
}

function drainOf(argument: string, subjectOf: (name: string) => Promise<HoldSubject>): Command {
  return new Command('drain')
    .argument('<name>', argument)
    .description('dispatch nothing new to it, and wait until nothing of it is under way')
    .addOption(whyOption())
    .option('--no-wait', 'do not wait')
    .addOption(timeoutOption())
    .addHelpText('after', '\nThe router is found by WINDLASS_ROUTER_URL (default http://127.0.0.1:4102).')
    .action(async (given: string, { why, wait, timeout }: DrainOptions) => {
      const hold = await drain(await subjectOf(given), why);
      process.stdout.write(`${hold.kind} ${hold.name} is being drained; \`windlass resume ${given}\` ends that\n`);
      if (wait) process.stdout.write(`${await waitUntilDrained(hold, timeout)}\n`);
    });
}

/** @throws {HubError} when the hub refuses. */
export async function drain(subject: HoldSubject, why: string | undefined): Promise<Hold> {
  return (await setHold(subject, 'DRAIN', why)).hold!;
}

/** Holds something, or with `mode` null no longer. @throws {HubError} with what is wrong in its message. */
export function setHold({ kind, name }: HoldSubject, mode: HoldMode | null, why: string | undefined): Promise<Holding> {
  const path = `/v1/holds/${kind}/${encodeURIComponent(name)}`;
  return mode === null
    ? changeHub<Holding>('DELETE', path, undefined, why)
    : changeHub<Holding>('PUT', path, { mode }, why);
}

/** What a name means: something of the live revision, or something that is held though it was retired. */
async function subjectOf(given: string): Promise<HoldSubject> {
  const [revision, { holds }] = await Promise.all([
    askHub<DagRevision>('GET', '/v1/dag'),
    askHub<{ readonly holds: readonly Hold[] }>('GET', '/v1/holds'),
  ]);
  return meant(given, { revision, holds });
}

/** @throws {HubError} UNKNOWN_NAME, AMBIGUOUS_NAME. */
export function meant(
  given: string,
  { revision, holds }: { readonly revision: DagRevision; readonly holds: readonly HoldSubject[] },
): HoldSubject {
  try {
    const { processors, algorithms, windowTypes } = sortNames([given], revision);
    const [kind, name] = [
      ...processors.map((one) => ['processor', one] as const),
      ...algorithms.map((one) => ['algorithm', one] as const),
      ...windowTypes.map((one) => ['windowType', one] as const),
    ][0]!;
    return { kind, name };
  } catch (error) {
    const held = holds.find(({ kind, name }) => given === name || given === `${kind}:${name}`);
    if (held && error instanceof HubError && error.code === 'UNKNOWN_NAME') return { kind: held.kind, name: held.name };
    throw error;
  }
}

const saidOf = ({ by, why, sinceUs }: Hold): string =>
  `since ${new Date(sinceUs / 1000).toISOString()} by ${by}${why === null ? '' : `: ${why}`}`;
