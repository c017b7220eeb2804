import { Command } from 'commander';
import { stringify } from 'yaml';
import { askHub } from './hub-api.ts';

export function asyncApiCommand(): Command {
  return new Command('asyncapi')
    .description('print the AsyncAPI 3 document of all topics, as the hub has them now')
    .option('--yaml', 'as YAML; default: JSON', false)
    .action(async ({ yaml }: { readonly yaml: boolean }) => {
      const document = await askHub<object>('GET', '/v1/asyncapi');
      const text = yaml
        ? stringify(document, { aliasDuplicateObjects: false })
        : `${JSON.stringify(document, null, 2)}\n`;
      process.stdout.write(text);
    });
}
