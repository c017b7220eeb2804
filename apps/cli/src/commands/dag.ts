import { Command, InvalidArgumentError } from 'commander';
import type { DagRevision } from '@windlass/dag';
import { dotOf, mermaidOf } from './dag-graph.ts';
import { describeDag } from './dag-text.ts';
import { askHub, changeHub, type Plan } from './hub-api.ts';
import { orProblems, planOutcome, reportPlan, unlessMoved } from './plan-report.ts';
import { type WhyOption, whyOption } from './why-option.ts';

interface Revision {
  readonly number: number;
  readonly changedBy: string;
  readonly changedAtUs: number;
  readonly why: string | null;
}

export function dagCommand(): Command {
  const printing = (name: string, description: string, print: (revision: DagRevision) => string): Command =>
    new Command(name)
      .description(description)
      .option('--revision <number>', 'an earlier revision; default: the live one', parseNumber)
      .action(async ({ revision }: { readonly revision?: number }) => {
        process.stdout.write(print(await revisionOf(revision)));
      });
  return new Command('dag')
    .description('window types, algorithms and how they depend on each other')
    .addCommand(printing('show', 'as a tree', describeDag))
    .addCommand(printing('dot', 'as a picture for Graphviz: windlass dag dot | dot -Tsvg > dag.svg', dotOf))
    .addCommand(printing('mermaid', 'as a picture for Mermaid', mermaidOf))
    .addCommand(historyCommand())
    .addCommand(rollbackCommand());
}

const revisionOf = (number: number | undefined): Promise<DagRevision> =>
  askHub<DagRevision>('GET', number === undefined ? '/v1/dag' : `/v1/dag/revisions/${number}`);

function historyCommand(): Command {
  return new Command('history')
    .description('revisions, newest first: when, and by whom')
    .option('--limit <number>', 'so many', parseNumber, 20)
    .action(async ({ limit }: { readonly limit: number }) => {
      const { revisions } = await askHub<{ readonly revisions: readonly Revision[] }>(
        'GET',
        `/v1/dag/revisions?limit=${limit}`,
      );
      process.stdout.write(describeHistory(revisions));
    });
}

interface RollbackOptions extends WhyOption {
  readonly force: boolean;
  readonly plan: boolean;
}

function rollbackCommand(): Command {
  return new Command('rollback')
    .argument('<number>', 'the revision whose content is to be live again', parseNumber)
    .description("makes an earlier revision's content the next revision; exit code 1 when refused")
    .option('--force', 'give up work that is under way of what it takes out', false)
    .option('--plan', 'only show what would be', false)
    .addOption(whyOption())
    .action(async (to: number, { plan: isPlan, force, why }: RollbackOptions) => {
      const plan = await askHub<Plan>('POST', '/v1/dag/rollback?plan=true', { to, force });
      if (!reportPlan(plan)) return;
      if (isPlan) {
        process.stdout.write(planOutcome(plan, 'Rolling back makes'));
        return;
      }
      const query = new URLSearchParams(unlessMoved(plan));
      const asked = changeHub<Plan>('POST', `/v1/dag/rollback?${query}`, { to, force }, why);
      const done = await orProblems(asked);
      if (done) process.stdout.write(`DAG revision ${done.revision} is live: what revision ${to} was.\n`);
    });
}

export function describeHistory(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'Nothing has been registered or applied yet.\n';
  const width = String(revisions[0]!.number).length;
  return revisions
    .map(({ number, changedBy, changedAtUs, why }, i) => {
      const at = new Date(changedAtUs / 1000).toISOString();
      return `${String(number).padStart(width)}  ${at}  ${changedBy}${i === 0 ? '  (live)' : ''}${why === null ? '' : `  ${why}`}\n`;
    })
    .join('');
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('a whole number from 1 on');
}
