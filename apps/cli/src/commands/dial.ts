import { Command, Option } from 'commander';
import { type AvailabilityPolicy, type PolicyInput, writtenPolicy } from '@windlass/dag';
import { count } from './count-option.ts';
import { dialShowCommand } from './dial-show.ts';
import { askHub, changeHub, HubError, type Plan } from './hub-api.ts';
import { orProblems } from './plan-report.ts';
import { type WhyOption, whyOption } from './why-option.ts';
import { describeEffects, describeWarnings } from './plan-text.ts';

interface DialOptions extends Omit<PolicyInput, 'early' | 'catchUp'> {
  readonly earlyEvery?: string;
  readonly earlyCount?: number;
  readonly early?: boolean;
  readonly catchUp?: 'all' | 'last' | 'none';
  readonly catchUpLimit?: number;
  readonly catchUpGrace?: string;
}

export function dialCommand(): Command {
  const set = new Command('set')
    .argument('<window type>', 'for instance cycle@1')
    .description('change the availability policy: at once, for open windows too; what is not given stays')
    .option('--out-of-orderness <duration>', 'the watermark is the highest event time minus this, for instance 500ms')
    .option('--allowed-lateness <duration>', 'how far behind the end of a window an element still makes a revision')
    .option('--coalesce-late <duration>', 'late elements are collected so long before they fire')
    .option('--early-every <duration>', 'an early pane each time so much processing time has passed')
    .option('--early-count <n>', 'an early pane each time so many elements have come', count)
    .option('--no-early', 'no early panes')
    .option('--idle-timeout <duration>', 'silence after which a source is idle, or "never"')
    .addOption(new Option('--on-idle <what>', 'what silence means').choices(['advance', 'hold']))
    .option('--max-idle <duration>', 'after an idle advance, expiry waits for the data so long')
    .option('--max-ahead <duration>', 'elements further ahead of the clock are refused, or "unlimited"')
    .option('--dedupe-horizon <duration>', 'ids newer than the watermark minus this are remembered')
    .addOption(
      new Option('--catch-up <which>', 'missed windows of a schedule that open').choices(['all', 'last', 'none']),
    )
    .option('--catch-up-limit <n>', 'of all, the newest so many', count)
    .option('--catch-up-grace <duration>', 'a window that ended by less than this ago is not missed yet')
    .option('--silent-after <duration>', 'without a firing for so long a source is silent, which is told, or "never"')
    .option('--max-offline <duration>', 'a source that has said it is offline is waited for so long')
    .addOption(whyOption())
    .action(setPolicy);
  return new Command('dial')
    .description('the dial between availability and accuracy of a window type')
    .addCommand(set)
    .addCommand(dialShowCommand());
}

async function setPolicy(windowType: string, { why, ...options }: DialOptions & WhyOption): Promise<void> {
  const patch = patchOf(options);
  if (Object.keys(patch).length === 0)
    throw new HubError('NOTHING_TO_SET', 'say what to change, for instance --allowed-lateness 10m');
  const path = `/v1/policies/${encodeURIComponent(windowType)}`;
  const before = await askHub<AvailabilityPolicy>('GET', path);
  const done = await orProblems(changeHub<Plan>('PATCH', path, patch, why), () => windowType);
  if (!done) return;
  const after = await askHub<AvailabilityPolicy>('GET', path);
  process.stdout.write(
    `${describePolicyChange(before, after)}${describeEffects(done.effects)}${describeWarnings(done.warnings)}`,
  );
}

/** Fields of `PATCH /v1/policies/:windowType`. */
export function patchOf(options: DialOptions): Record<string, unknown> {
  const { early, earlyEvery, earlyCount, catchUp, catchUpLimit, catchUpGrace, ...fields } = options;
  const earlyFields = given({ every: earlyEvery, count: earlyCount });
  const caughtUp = given({ windows: catchUp, limit: catchUpLimit, grace: catchUpGrace });
  return {
    ...fields,
    ...(earlyFields ? { early: earlyFields } : early === false && { early: null }),
    ...(caughtUp && { catchUp: caughtUp }),
  };
}

/** The fields that have a value; undefined: none has. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const found = Object.entries(fields).filter(([, value]) => value !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** What has changed, a line a field. */
export function describePolicyChange(before: AvailabilityPolicy, after: AvailabilityPolicy): string {
  if (before.number === after.number) return `${after.windowType} has this policy already: number ${after.number}\n`;
  const [was, is] = [texts(before), texts(after)];
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => was[field] !== is[field]);
  const lines = changed.map((field) => `  ${field}: ${was[field] ?? 'default'} → ${is[field] ?? 'default'}\n`);
  return `${after.windowType}: policy ${after.number}, from now on, for open windows too\n${lines.join('')}`;
}

const texts = (policy: AvailabilityPolicy): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ early: 'none', ...writtenPolicy(policy) }).map(([field, value]) => [
      field,
      typeof value === 'object'
        ? Object.entries(value)
            .map((entry) => entry.join(' '))
            .join(', ')
        : String(value),
    ]),
  );
