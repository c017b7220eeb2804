import { Command } from 'commander';
import type { RetirementInput } from '@windlass/dag';
import { timeoutOption, waitUntilDrained } from './drained.ts';
import { drain, drainProcessorCommand, setHold } from './holds.ts';
import { askHub, changeHub, type Plan } from './hub-api.ts';
import { orProblems, planOutcome, reportPlan } from './plan-report.ts';
import { describeProcessor, describeProcessors, type ProcessorStatus } from './processors-text.ts';
import { type WhyOption, whyOption } from './why-option.ts';

interface JsonOption {
  readonly json?: true;
}

export function processorsCommand(): Command {
  const list = new Command('list')
    .description('registered processors: state, lag, instances')
    .option('--json', 'a JSON object a line')
    .action(async ({ json }: JsonOption) => {
      const { processors } = await askHub<{ readonly processors: readonly ProcessorStatus[] }>('GET', '/v1/processors');
      const text = json
        ? processors.map((one) => `${JSON.stringify(one)}\n`).join('')
        : describeProcessors(processors, Date.now() * 1000);
      process.stdout.write(text);
    });
  const show = new Command('show')
    .argument('<name>', 'of the processor')
    .description('one processor with its instances')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: JsonOption) => {
      const status = await askHub<ProcessorStatus>('GET', `/v1/processors/${encodeURIComponent(name)}`);
      process.stdout.write(
        json ? `${JSON.stringify(status, null, 2)}\n` : describeProcessor(status, Date.now() * 1000),
      );
    });
  return new Command('processors')
    .description('programs that hold algorithms: who lives, who is silent, who is behind')
    .addCommand(list)
    .addCommand(show)
    .addCommand(drainProcessorCommand())
    .addCommand(removeCommand());
}

interface RemoveOptions extends WhyOption {
  readonly timeout: number;
  readonly force: boolean;
}

function removeCommand(): Command {
  return new Command('remove')
    .argument('<name>', 'of the processor')
    .description('drain a processor, then retire it with its algorithms; exit code 1 when refused')
    .addOption(whyOption())
    .option('--force', 'as of `windlass retire`', false)
    .addOption(timeoutOption())
    .addHelpText('after', '\nA processor that starts again registers itself again: stop what starts it first.')
    .action(remove);
}

/** Tasks that are under way refuse nothing yet: the drain waits for them. What still waits afterwards does. */
async function planBeforeDrain(retirement: RetirementInput): Promise<Plan> {
  const planOf = (asked: RetirementInput): Promise<Plan> => askHub<Plan>('POST', '/v1/retirements?plan=true', asked);
  const plan = await planOf(retirement);
  const isOnlyWork = plan.problems.length > 0 && plan.problems.every(({ code }) => code === 'WORK_LOST');
  return isOnlyWork ? planOf({ ...retirement, force: true }) : plan;
}

/** Refused before it is drained if it would be refused; when it is refused after all, it stays drained, which is said. */
async function remove(name: string, { why, timeout, force }: RemoveOptions): Promise<void> {
  const retirement = { processors: [name], force, ...(why !== undefined && { why }) };
  const plan = await planBeforeDrain(retirement);
  if (!reportPlan(plan)) return;
  const hold = await drain({ kind: 'processor', name }, why);
  process.stdout.write(`${await waitUntilDrained(hold, timeout)}\n`);
  const done = await orProblems(changeHub<Plan>('POST', '/v1/retirements', retirement, why));
  if (!done) {
    process.stderr.write(`processor ${name} is drained still; \`windlass resume ${name}\` ends that\n`);
    return;
  }
  await setHold({ kind: 'processor', name }, null, why);
  process.stdout.write(planOutcome({ ...plan, revision: done.revision }, 'Removed:'));
}
