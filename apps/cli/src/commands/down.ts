import { Command } from 'commander';
import { stopRunning } from '@windlass/embedded';
import { dataFolderOption } from './data-folder.ts';

export function downCommand(): Command {
  return new Command('down')
    .description('stop the servers; their data stays')
    .addOption(dataFolderOption())
    .action(async ({ data }: { data: string }) => {
      const wasRunning = await stopRunning(data);
      process.stdout.write(wasRunning ? `Stopped. The data stays in ${data}\n` : `Nothing runs in ${data}\n`);
    });
}
