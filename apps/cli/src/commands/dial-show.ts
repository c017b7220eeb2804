import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDurationUs, writtenPolicy, type AvailabilityPolicy } from '@windlass/dag';
import { describeDial, judge } from './dial-report.ts';
import { askHub, HubError, RESULT_COLLECTOR, TRIGGER } from './hub-api.ts';

/** Answer of the trigger's `GET /v1/dial/:windowType`. */
export interface MeasuredDial {
  readonly fromUs: number;
  readonly toUs: number;
  readonly history: boolean;
  readonly elements: number;
  readonly dropped: number;
  readonly windows: number;
  readonly withdrawn: number;
  readonly panes: { readonly early: number; readonly onTime: number; readonly late: number };
  readonly revisions: { readonly late: number; readonly other: number };
  readonly samples: { readonly first: number; readonly onTime: number; readonly final: number };
  readonly delays: Readonly<Record<'first' | 'onTime' | 'final', MeasuredDelay>>;
  readonly eventDelays: Readonly<Record<'onTime' | 'final', MeasuredDelay>>;
  readonly lateness: Readonly<Record<'element' | 'window' | 'revision', readonly MeasuredCount[]>>;
}

export interface MeasuredDelay {
  readonly windows: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
}

/** `upToUs` null: more than 30 days, or no delay would do. */
export interface MeasuredCount {
  readonly upToUs: number | null;
  readonly count: number;
}

interface Effort {
  readonly executions: number;
  readonly cpuMs: number;
  readonly unmeasured: number;
}

/** Answer of the result-collector's `GET /v1/work`. */
export interface Work {
  readonly algorithms: readonly (Effort & { readonly algorithm: string; readonly again: Effort })[];
}

export interface Dial {
  readonly windowType: string;
  readonly policy: AvailabilityPolicy;
  readonly measured: MeasuredDial;
  /** Why it is not known, if it is not. */
  readonly work: Work | { readonly unknown: string };
  /** 0 to 1. */
  readonly target: number;
  /** What the target is a share of. */
  readonly of: 'windows' | 'elements';
  readonly since: string;
}

interface ShowOptions extends Pick<Dial, 'target' | 'of' | 'since'> {
  readonly history: boolean;
  readonly json: boolean;
}

export const dialShowCommand = (): Command =>
  new Command('show')
    .argument('<window type>', 'for instance cycle@1')
    .description('what the policy has given, what other delays would have given, and which one gives a target')
    .option('--target <share>', 'windows that are to be complete on time, for instance 99.9%', share, 0.999)
    .addOption(
      new Option('--of <what>', 'what the target is a share of').choices(['windows', 'elements']).default('windows'),
    )
    .option('--since <duration>', 'how far back, in whole hours', since, '7d')
    .option('--history', 'what lay more than an hour behind the clock: replays, recordings, uploads', false)
    .option('--json', 'one JSON object', false)
    .addHelpText('after', '\nHow to read it: docs/reference/dial.md')
    .action(show);

async function show(windowType: string, { history, json, ...options }: ShowOptions): Promise<void> {
  const name = encodeURIComponent(windowType);
  const policy = await askHub<AvailabilityPolicy>('GET', `/v1/policies/${name}`);
  const query = `since=${options.since}&history=${history}`;
  const measured = await askHub<MeasuredDial>('GET', `/v1/dial/${name}?${query}`, undefined, TRIGGER);
  const path = `/v1/work?windowType=${name}&from=${measured.fromUs}`;
  const work = await askHub<Work>('GET', path, undefined, RESULT_COLLECTOR).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
    return { unknown: error.message };
  });
  const dial = { windowType, policy, measured, work, ...options };
  process.stdout.write(json ? `${JSON.stringify(asJson(dial))}\n` : describeDial(dial));
}

/** The answers of the services, and the recommendation. */
const asJson = (dial: Dial) => ({
  windowType: dial.windowType,
  policy: { number: dial.policy.number, ...writtenPolicy(dial.policy) },
  measured: dial.measured,
  work: dial.work,
  target: { share: dial.target, of: dial.of },
  recommendation: judge(dial),
});

/** `99.9%`, or `0.999`. */
export function share(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  const value = percent === undefined ? Number(text) : Number(`${percent}e-2`);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError(
    'a share between 0 and 100 %, for instance 99.9%. (100 % of what is yet to come nobody can say.)',
  );
}

function since(text: string): string {
  if ((parseDurationUs(text) ?? 0) > 0) return text;
  throw new InvalidArgumentError('a duration, for instance 12h or 7d');
}
