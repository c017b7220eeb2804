import { Command } from 'commander';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { askHub, type Plan } from './hub-api.ts';
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
    .action(async (path: string) => {
      const file = await readDefinitionsFile(path);
      const plan = await planOf(file);
      if (!reportPlan(plan, file.locate)) return;
      const asked = askHub<Plan>('PUT', `/v1/definitions?ifRevision=${plan.base}`, file.value);
      const done = await orProblems(asked, file.locate);
      if (done) process.stdout.write(planOutcome({ ...plan, revision: done.revision }, 'Applied:'));
    });
}

const planOf = (file: DefinitionsFile): Promise<Plan> => askHub<Plan>('POST', '/v1/definitions/plan', file.value);
