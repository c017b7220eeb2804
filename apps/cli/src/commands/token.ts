import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Role } from '@windlass/service';

const roles: readonly Role[] = ['viewer', 'author', 'operator'];

interface TokenOptions {
  readonly file: string;
  readonly name: string;
  readonly team: string;
  readonly role: Role;
  readonly out?: string;
}

const thereAlready = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

export function tokenCommand(): Command {
  const token = new Command('token').description('bearer tokens, of which services keep only the hash');
  token
    .command('create')
    .description(
      'make a token file (WINDLASS_TOKENS_FILE of the services) with one token; an existing file is left as it is',
    )
    .requiredOption('--file <path>', 'token file to make')
    .option('--name <name>', 'whose token it is', 'admin')
    .option('--team <team>', 'team of its owner', 'default')
    .addOption(new Option('--role <role>', 'what it allows').choices(roles).default('operator'))
    .option('--out <path>', 'write the token there, readable by its owner only, instead of printing it')
    .action(async ({ file, name, team, role, out }: TokenOptions) => {
      // Loaded only here: it brings the web framework along, which no other command needs.
      const { createTokenFile } = await import('@windlass/service');
      try {
        const [made] = createTokenFile(file, [{ name, team, role }]);
        if (out === undefined) process.stdout.write(`${made!.token}\n`);
        else writeFileSync(out, `${made!.token}\n`, { mode: 0o600 });
      } catch (error) {
        if (!thereAlready(error)) throw error;
        process.stderr.write(`${file} is there already; nothing changed\n`);
      }
    });
  return token;
}
