import { Command } from 'commander';
import { parseRevision, parseSettings } from './revision-option.ts';
import { askHub, changeHub, type Plan } from './hub-api.ts';
import { type MaybeFile, readOrTell, withoutUnread } from './maybe-file.ts';
import { type WhyOption, whyOption } from './why-option.ts';
import { orProblems, planOptions, planOutcome, reportPlan, unlessMoved } from './plan-report.ts';

interface PruneOptions {
  readonly prune: boolean;
  readonly force: boolean;
}

interface PlanOptions extends PruneOptions {
  readonly json: boolean;
}

interface ApplyOptions extends PruneOptions, WhyOption {
  readonly ifRevision?: number;
  readonly ifPolicies?: number;
}

const prunable = (command: Command): Command =>
  command
    .argument('<file>', 'definitions file (YAML)')
    .option('--prune', "take out window types and expected algorithms that are the file owner's and not in it", false)
    .option('--force', 'with --prune: what then could never run too, and work that is under way', false);

export function planCommand(): Command {
  return prunable(new Command('plan'))
    .option('--json', 'the answer of the hub', false)
    .description('show what applying a definitions file would change; exit code 1 when it would be refused')
    .action(async (path: string, { json, ...options }: PlanOptions) => {
      const file = await readOrTell(path);
      const plan = await planOf(file, options);
      if (json) {
        const { unread = [] } = file;
        const problems = [...unread.map((one) => ({ ...one, path: '.' })), ...plan.problems];
        process.stdout.write(`${JSON.stringify({ ...plan, problems }, null, 2)}\n`);
        if (problems.length > 0) process.exitCode = 1;
      } else if (reportPlan(plan, file))
        process.stdout.write(`${planOutcome(plan, 'Applying makes')}${planOptions(plan)}`);
    });
}

export function applyCommand(): Command {
  return prunable(new Command('apply'))
    .option('--if-revision <number>', 'refuse unless this revision is live: the one that a plan showed', parseRevision)
    .option('--if-policies <number>', 'refuse unless policies have been set so often: as a plan showed', parseSettings)
    .description('change the hub to what a definitions file says: all of it or nothing')
    .addOption(whyOption())
    .action(async (path: string, { why, ...options }: ApplyOptions) => {
      const file = await readOrTell(path);
      const plan = await planOf(file, options);
      if (!reportPlan(plan, file)) return;
      const query = new URLSearchParams({ ...unlessMoved(plan, options), ...flags(options) });
      const asked = changeHub<Plan>('PUT', `/v1/definitions?${query}`, file.value, why);
      const done = await orProblems(asked, file.locate);
      if (done) process.stdout.write(planOutcome({ ...plan, revision: done.revision }, 'Applied:'));
    });
}

/** Of a file that can be read in part: of that, without what is wrong only because of the rest; nothing of it can be applied. */
async function planOf(file: MaybeFile, options: PruneOptions): Promise<Plan> {
  const value = file.value === undefined ? {} : file.value;
  const plan = await askHub<Plan>('POST', `/v1/definitions/plan?${new URLSearchParams(flags(options))}`, value);
  return file.unread ? { ...plan, changes: [], problems: withoutUnread(plan.problems, file) } : plan;
}

const flags = ({ prune, force }: PruneOptions): Record<string, string> => ({
  prune: String(prune),
  force: String(force),
});
