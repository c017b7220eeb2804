import { Command, Option } from 'commander';
import { parseDurationUs } from '@windlass/dag';
import { askHub } from './hub-api.ts';
import { microsOption } from './time-option.ts';
import { count } from './count-option.ts';

/** As dag-registry answers. */
export interface AuditEntry {
  readonly id: number;
  readonly atUs: number;
  readonly who: string;
  readonly team: string;
  readonly kind: string;
  readonly revision: { readonly from: number; readonly to: number };
  readonly changes: readonly { readonly numbers?: { readonly from: number; readonly to: number } }[];
  readonly changeCount: number;
  readonly summary: string;
  readonly why: string | null;
}

interface Page {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: number | null;
}

interface AuditOptions {
  readonly who?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly limit: number;
  readonly json?: true;
}

const KINDS = ['REGISTRATION', 'DEFINITIONS', 'POLICY', 'SOURCES', 'ROLLBACK', 'RETIREMENT', 'HOLD'];
const PAGE = 1_000;

export function auditCommand(): Command {
  return new Command('audit')
    .description('who changed what of the registry, when and why; newest first')
    .option('--who <name>', 'only what this token changed; `local` where nobody is asked who they are')
    .addOption(new Option('--kind <kind>', 'only changes of this kind').choices(KINDS))
    .option('--subject <name>', 'only what changed this processor, algorithm, window type or source; or kind/name')
    .option('--since <time>', 'from this time on (ISO 8601), or for so long, for instance 7d')
    .option('--limit <number>', 'so many', count, 50)
    .option('--json', 'a JSON object a line')
    .action(async ({ limit, json, since, ...filter }: AuditOptions) => {
      const from = since !== undefined && { from: String(sinceUs(since, Date.now() * 1000)) };
      let left = limit;
      for await (const entry of entriesOf({ ...filter, ...from }, limit)) {
        process.stdout.write(`${json ? JSON.stringify(entry) : describeEntry(entry)}\n`);
        if (--left === 0) return;
      }
      if (!json && left === limit) process.stdout.write('Nothing was changed.\n');
    });
}

/** A time, or a duration back from now. @throws {HubError} BAD_TIME */
export function sinceUs(text: string, nowUs: number): number {
  const ago = parseDurationUs(text);
  return typeof ago === 'number' ? nowUs - ago : microsOption('--since', text, 'UTC');
}

const askHubFor = (path: string): Promise<Page> => askHub<Page>('GET', path);

/** Page after page, at most `limit` entries each. @throws {HubError} */
export async function* entriesOf(
  filter: Readonly<Record<string, string>>,
  limit: number,
  ask: (path: string) => Promise<Page> = askHubFor,
): AsyncGenerator<AuditEntry> {
  let cursor: number | null = null;
  do {
    const query = new URLSearchParams({
      ...filter,
      limit: String(Math.min(limit, PAGE)),
      ...(cursor !== null && { cursor: String(cursor) }),
    });
    const page: Page = await ask(`/v1/audit?${query}`);
    yield* page.entries;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** When, who, what, which numbers; why on a line of its own. */
export function describeEntry({ atUs, who, team, kind, revision, changes, summary, why }: AuditEntry): string {
  const { from, to } = revision;
  const own = changes.length === 1 ? changes[0]!.numbers : undefined;
  const numbers =
    from === to ? (own ? `number ${own.from} → ${own.to}` : `revision ${to}`) : `revision ${from} → ${to}`;
  const line = `${new Date(atUs / 1000).toISOString()}  ${who} (${team})  ${kind}  ${numbers}  ${summary}`;
  return why === null ? line : `${line}\n    why: ${why}`;
}
