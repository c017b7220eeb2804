import { Command } from 'commander';
import { type DagRevision, didYouMean, refOf, type RetirementInput } from '@windlass/dag';
import { askHub, HubError, type Plan } from './hub-api.ts';
import { orProblems, planOutcome, reportPlan, unlessMoved } from './plan-report.ts';

interface RetireOptions {
  readonly force: boolean;
  readonly plan: boolean;
  readonly why?: string;
}

export function retireCommand(): Command {
  return new Command('retire')
    .argument('<name...>', 'a processor, or name@version of an algorithm or a window type')
    .description('take things out of the DAG: all of them or nothing; exit code 1 when refused')
    .option('--force', 'retire everything that then could never run too, and give up work that is under way', false)
    .option('--plan', 'only show what would be', false)
    .option('--why <text>', 'kept in `windlass dag history`')
    .addHelpText(
      'after',
      '\nA processor that starts again registers itself again: stop it first. Where an algorithm and a window type have the same name, write algorithm:NAME or windowType:NAME.',
    )
    .action(retire);
}

async function retire(names: readonly string[], { plan: isPlan, ...options }: RetireOptions): Promise<void> {
  const named = sortNames(names, await askHub<DagRevision>('GET', '/v1/dag'));
  const retirement: RetirementInput = { ...named, ...options };
  const plan = await askHub<Plan>('POST', '/v1/retirements?plan=true', retirement);
  if (!reportPlan(plan)) return;
  if (isPlan) {
    process.stdout.write(planOutcome(plan, 'Retiring makes'));
    return;
  }
  const query = new URLSearchParams(unlessMoved(plan));
  const done = await orProblems(askHub<Plan>('POST', `/v1/retirements?${query}`, retirement));
  if (done) process.stdout.write(planOutcome({ ...plan, revision: done.revision }, 'Retired:'));
}

type Names = Required<Pick<RetirementInput, 'processors' | 'algorithms' | 'windowTypes'>>;

const PREFIXES = { processor: 'processors', algorithm: 'algorithms', windowType: 'windowTypes' } as const;

/** What each name is. @throws {HubError} UNKNOWN_NAME, AMBIGUOUS_NAME */
export function sortNames(names: readonly string[], revision: DagRevision): Names {
  const { processors, algorithms, windowTypes, expected = [] } = revision;
  const known = {
    processors: new Set([...processors.map(({ name }) => name), ...expected.map(({ processor }) => processor)]),
    algorithms: new Set([...algorithms.map(refOf), ...expected.map(({ algorithm }) => algorithm)]),
    windowTypes: new Set(windowTypes.map(refOf)),
  };
  const sorted: Record<keyof Names, string[]> = { processors: [], algorithms: [], windowTypes: [] };
  for (const given of names) {
    const [, prefix, name] = /^(?:(processor|algorithm|windowType):)?(.*)$/.exec(given)!;
    const kinds = prefix ? [PREFIXES[prefix as keyof typeof PREFIXES]] : Object.values(PREFIXES);
    const found = kinds.filter((kind) => known[kind].has(name!));
    if (found.length === 0) {
      const meant = didYouMean(name!, new Set(kinds.flatMap((kind) => [...known[kind]])));
      throw new HubError('UNKNOWN_NAME', `nothing in DAG revision ${revision.number} is named "${given}".${meant}`);
    }
    if (found.length > 1)
      throw new HubError(
        'AMBIGUOUS_NAME',
        `"${given}" names an algorithm and a window type: write algorithm:${name} or windowType:${name}`,
      );
    sorted[found[0]!].push(name!);
  }
  return sorted;
}
