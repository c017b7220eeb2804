import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkName, topicNames } from '@windlass/contracts';
import { kafkaConnection, RegistryClient } from '@windlass/messaging';
import { sinceUs } from './audit.ts';
import { HubError } from './hub-api.ts';
import { recordedTask } from './recorded-task.ts';

export function taskCommand(): Command {
  const command = new Command('task').description('tasks as they were sent to processors');
  command
    .command('save')
    .argument('<id>', 'id of a task, or of an execution in it')
    .description('write a recorded task to a file, from which an SDK runs it without servers')
    .option('-o, --out <file>', 'file to write; default: task-<id>.json')
    .option('-p, --processor <name>', 'whose window topic is looked through; default: all')
    .option('--since <time>', 'from this time on (ISO 8601), or for so long, for instance 2h: less is read')
    .action(save)
    .addHelpText(
      'after',
      '\nOf an execution that was sent several times the last task is saved. Read from Kafka, by WINDLASS_KAFKA_BROKERS,\n' +
        'WINDLASS_SCHEMA_REGISTRY_URL and WINDLASS_PREFIX (`npm start` writes them to .windlass/env); tasks are kept there for 7 days.\n' +
        'Results that travel by reference are fetched from the result-collector, by WINDLASS_RESULT_COLLECTOR_URL.',
    );
  return command;
}

interface SaveOptions {
  readonly out?: string;
  readonly processor?: string;
  readonly since?: string;
}

async function save(id: string, { out = `task-${id}.json`, processor, since }: SaveOptions): Promise<void> {
  const prefix = process.env['WINDLASS_PREFIX'] || 'windlass';
  const registryUrl = process.env['WINDLASS_SCHEMA_REGISTRY_URL'];
  if (!registryUrl) throw new HubError('NO_REGISTRY', 'WINDLASS_SCHEMA_REGISTRY_URL is not set');
  if (!/^[\w-]{1,100}$/.test(id)) throw new HubError('BAD_ID', `'${id}' is the id of no task and of no execution`);
  const file = await recordedTask({
    id,
    kafka: kafkaConnection(process.env, 'windlass-cli'),
    registry: new RegistryClient(registryUrl),
    prefix: checkName({ what: 'prefix', text: prefix }),
    ...(processor !== undefined && { topic: topicNames(prefix).windows(processor) }),
    ...(since !== undefined && { sinceMs: Math.floor(sinceUs(since, Date.now() * 1000) / 1000) }),
  });
  writeFileSync(out, `${JSON.stringify(file, undefined, 2)}\n`);
  process.stdout.write(`${out}: from ${file.topic}, partition ${file.partition}, offset ${file.offset}\n`);
}
