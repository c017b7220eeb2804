import { Command } from 'commander';
import { healthOf, readRunning } from '@windlass/embedded';
import { dataFolderOption } from './data-folder.ts';
import { describeEnv, describeOwner, describeServers } from './stack-text.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('show the servers with pids, ports and health; exit code 1 unless all are ready')
    .addOption(dataFolderOption())
    .action(async ({ data }: { data: string }) => {
      const stack = await readRunning(data);
      if (stack === undefined) {
        process.exitCode = 1;
        process.stdout.write(`Nothing runs in ${data}\n`);
        return;
      }
      const health = await healthOf(stack);
      if (Object.values(health).some((state) => state !== 'ready')) process.exitCode = 1;
      process.stdout.write(`${describeServers(stack, health)}${describeOwner(stack)}\n\n${describeEnv(stack)}`);
    });
}
