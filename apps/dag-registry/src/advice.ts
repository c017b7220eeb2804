import { type AvailabilityPolicy, type Change, type DagRevision, formatDurationUs, type Warning } from '@windlass/dag';
import type { LatenessSeen, Peers } from './ports.ts';
import type { ProcessorStatus } from './processors.ts';

/** What a change is about, as far as others know something of it. */
export interface Advised {
  readonly before: DagRevision;
  readonly changes: readonly Change[];
  /** Those that change. */
  readonly policies: readonly AvailabilityPolicy[];
  /** Processors that the document expects. */
  readonly expected: readonly string[];
}

interface Surroundings {
  readonly peers: Pick<Peers, 'lateness'>;
  /** What was heard of the processors of a revision. */
  readonly processorsOf: (revision: DagRevision) => Promise<readonly ProcessorStatus[]>;
  readonly nowUs: () => number;
}

/** Policies whose lateness is compared with what was seen; more are applied unread. */
const MAX_POLICIES_READ = 50;

/** Warnings that the DAG alone does not show: who is not heard of, and how late data really is. */
export class Advice {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Never throws: what is not known is not warned of. */
  async about({ before, changes, policies, expected }: Advised): Promise<readonly Warning[]> {
    const [processors, lateness] = await Promise.all([
      this.ofProcessors(before, { changes, expected }).catch((): Warning[] => []),
      this.ofLateness(policies.slice(0, MAX_POLICIES_READ)),
    ]);
    return [...processors, ...lateness];
  }

  private async ofProcessors(
    before: DagRevision,
    { changes, expected }: Pick<Advised, 'changes' | 'expected'>,
  ): Promise<Warning[]> {
    const removed = changes.filter(({ kind, action }) => kind === 'processor' && action === 'removed');
    if (removed.length + expected.length === 0) return [];
    const { processorsOf, nowUs } = this.surroundings;
    const statuses = await processorsOf(before);
    const byName = new Map(statuses.map((status) => [status.name, status]));
    return [
      ...expected.flatMap((name) => silent(name, byName.get(name), nowUs())),
      ...removed.flatMap(({ name }) => stillAlive(byName.get(name))),
    ];
  }

  private async ofLateness(policies: readonly AvailabilityPolicy[]): Promise<Warning[]> {
    if (policies.length === 0) return [];
    const seen = await this.surroundings.peers.lateness(policies.map(({ windowType }) => windowType));
    if (!seen.known) return [];
    return policies.flatMap((policy) => {
      const known = seen.value.get(policy.windowType);
      return known ? tooShort(policy, known) : [];
    });
  }
}

function silent(name: string, status: ProcessorStatus | undefined, nowUs: number): Warning[] {
  if (status?.instances.some(({ isAlive }) => isAlive)) return [];
  const what = !status
    ? 'is expected and has never registered'
    : status.heardAtUs === null
      ? 'is registered and was not heard of within a day'
      : `was last heard of ${formatDurationUs(Math.round((nowUs - status.heardAtUs) / 1e6) * 1_000_000)} ago`;
  return [
    {
      code: 'PROCESSOR_SILENT',
      path: `processors[${name}]`,
      message: `${name} ${what}: what needs its algorithms waits`,
      owners: status ? [status.owner] : [],
      mend: 'start it, or correct its name',
    },
  ];
}

function stillAlive(status: ProcessorStatus | undefined): Warning[] {
  const instances = status?.instances.filter(({ isAlive }) => isAlive).length ?? 0;
  if (!status || instances === 0) return [];
  return [
    {
      code: 'PROCESSOR_ALIVE',
      path: `processors[${status.name}]`,
      message: `${instances} ${instances === 1 ? 'instance' : 'instances'} of ${status.name} still run, and register it again when they start again`,
      owners: [status.owner],
      mend: 'stop them',
    },
  ];
}

/** Elements that came later than the policy would take them. */
export function tooShort(
  { windowType, outOfOrdernessUs, allowedLatenessUs }: AvailabilityPolicy,
  { elements, byLateness }: LatenessSeen,
): Warning[] {
  const limitUs = outOfOrdernessUs + allowedLatenessUs;
  const later = byLateness.filter(({ moreThanUs }) => moreThanUs >= limitUs).reduce((sum, { count }) => sum + count, 0);
  if (later === 0) return [];
  const share = ((later / elements) * 100).toPrecision(2);
  return [
    {
      code: 'LATENESS_TOO_SHORT',
      path: `policies[${windowType}].allowedLateness`,
      message: `${later} of ${elements} elements (${share} %) in the last 7 days came more than ${formatDurationUs(limitUs)} (outOfOrderness and allowedLateness) behind: ${windowType} would have dropped them`,
      chain: [windowType],
      mend: `windlass dial show ${windowType} tells which lateness is enough`,
    },
  ];
}
