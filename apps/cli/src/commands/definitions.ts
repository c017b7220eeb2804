import { Command } from 'commander';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { askHub, HubError, type Plan } from './hub-api.ts';
import { describeChanges, describeHints, describeProblems, describeResolved } from './plan-text.ts';

export function planCommand(): Command {
  return new Command('plan')
    .argument('<file>', 'definitions file (YAML)')
    .description('show what applying a definitions file would change; exit code 1 when it would be refused')
    .action(async (path: string) => {
      const file = await readDefinitionsFile(path);
      const plan = await planOf(file);
      if (report(file, plan)) process.stdout.write(`${outcome(plan, 'Applying makes')}\n`);
    });
}

export function applyCommand(): Command {
  return new Command('apply')
    .argument('<file>', 'definitions file (YAML)')
    .description('change the hub to what a definitions file says: all of it or nothing')
    .action(async (path: string) => {
      const file = await readDefinitionsFile(path);
      const plan = await planOf(file);
      if (!report(file, plan)) return;
      const done = await askHub<Plan>('PUT', `/v1/definitions?ifRevision=${plan.base}`, file.value).catch(
        (error: unknown) => {
          if (!(error instanceof HubError) || error.problems.length === 0) throw error;
          process.exitCode = 1;
          process.stderr.write(describeProblems(error.problems, file.locate));
          return undefined;
        },
      );
      if (done) process.stdout.write(`${outcome({ ...plan, revision: done.revision }, 'Applied:')}\n`);
    });
}

const planOf = (file: DefinitionsFile): Promise<Plan> => askHub<Plan>('POST', '/v1/definitions/plan', file.value);

/** Prints changes and problems; false, and exit code 1, when there are problems. */
function report({ locate }: DefinitionsFile, { changes, problems, resolved, hints }: Plan): boolean {
  if (problems.length === 0) {
    process.stdout.write(`${describeChanges(changes)}${describeResolved(resolved)}${describeHints(hints)}`);
    return true;
  }
  process.exitCode = 1;
  process.stderr.write(
    `${describeProblems(problems, locate)}${problems.length} problem${problems.length === 1 ? '' : 's'}; nothing is changed\n`,
  );
  return false;
}

const outcome = ({ base, revision }: Plan, verb: string): string =>
  revision === base
    ? `${verb} no new DAG revision; ${base} stays live`
    : `${verb} DAG revision ${revision} (live before: ${base})`;
