import { Command } from 'commander';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { askHub, changeHub, type Plan } from './hub-api.ts';
import { type WhyOption, whyOption } from './why-option.ts';
import { orProblems, planOutcome, reportPlan } from './plan-report.ts';

export function planCommand(): Command {
  return new Command('plan')
    .argument('<file>', 'definitions file (YAML)')
    .description('show what applying a definitions file would change; exit code 1 when it would be refused')
    .action(async (path: string) => {
      const file = await readDefinitionsFile(path);
      const plan = await planOf(file);
      if (reportPlan(plan, file.locate)) process.stdout.write(planOutcome(plan, 'Applying makes'));
    });
}

export function applyCommand(): Command {
  return new Command('apply')
    .argument('<file>', 'definitions file (YAML)')
    .description('change the hub to what a definitions file says: all of it or nothing')
    .addOption(whyOption())
    .action(async (path: string, { why }: WhyOption) => {
      const file = await readDefinitionsFile(path);
      const plan = await planOf(file);
      if (!reportPlan(plan, file.locate)) return;
      const asked = changeHub<Plan>('PUT', `/v1/definitions?ifRevision=${plan.base}`, file.value, why);
      const done = await orProblems(asked, file.locate);
      if (done) process.stdout.write(planOutcome({ ...plan, revision: done.revision }, 'Applied:'));
    });
}

const planOf = (file: DefinitionsFile): Promise<Plan> => askHub<Plan>('POST', '/v1/definitions/plan', file.value);
