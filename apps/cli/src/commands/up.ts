import { Command } from 'commander';
import { readRunning, startEmbedded } from '@windlass/embedded';
import { dataFolderOption } from './data-folder.ts';
import { applyTopics } from './topics.ts';
import { describeEnv, describeOwner, describeServers } from './stack-text.ts';

export function upCommand(): Command {
  return new Command('up')
    .description('start Kafka, the schema registry and Postgres, and leave them running')
    .addOption(dataFolderOption())
    .action(async ({ data }: { data: string }) => {
      const before = await readRunning(data);
      if (before === undefined) {
        await startEmbedded({ dataDir: data, detached: true, onProgress: (line) => process.stderr.write(`${line}\n`) });
      }
      const stack = before ?? (await readRunning(data));
      if (stack === undefined) throw new Error(`the stack in ${data} ended as soon as it had started`);
      if (stack.env !== undefined) await applyTopics({ ...process.env, ...stack.env });
      process.stdout.write(`${before ? 'Running already' : 'Running'}, data in ${data}. ${describeOwner(stack)}\n`);
      process.stdout.write(`${describeServers(stack)}\n${describeEnv(stack)}`);
    });
}
