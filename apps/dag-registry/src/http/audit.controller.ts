import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import { AUDIT_KINDS } from '../audit.ts';
import type { AuditLog } from '../ports.ts';

export const AUDIT_LOG = Symbol('AuditLog');

const maxEntriesPerPage = 1_000;
const time = z.coerce.number().int().min(0);
const query = z.strictObject({
  who: z.string().max(100).optional().describe('name of the token; `local` where nobody is asked who they are'),
  kind: z.enum(AUDIT_KINDS).optional(),
  subject: z.string().max(200).optional().describe('name, or kind/name, of something that was changed'),
  from: time.optional().describe('microseconds since 1970; from then on'),
  to: time.optional().describe('microseconds since 1970; before then'),
  limit: z.coerce.number().int().min(1).max(maxEntriesPerPage).default(100),
  cursor: z.coerce.number().int().min(1).optional().describe('nextCursor of the page before'),
});

const numbers = z.object({ from: z.int(), to: z.int() });
const answer = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      atUs: z.int(),
      who: z.string(),
      team: z.string(),
      kind: z.enum(AUDIT_KINDS),
      revision: numbers.describe('DAG revisions that were live before and after'),
      subjects: z.array(z.string()).describe('kind/name of what was changed; at most as many as `changes`'),
      changeCount: z.int(),
      changes: z
        .array(
          z.object({
            kind: z.string(),
            name: z.string(),
            action: z.string(),
            fields: z.array(z.string()).optional(),
            numbers: numbers.optional().describe('of a policy or a hold, before and after'),
          }),
        )
        .describe('the first thousand'),
      summary: z.string(),
      why: z.string().nullable(),
    }),
  ),
  nextCursor: z.int().nullable(),
});

@Controller('v1/audit')
export class AuditController {
  private readonly log: AuditLog;

  constructor(@Inject(AUDIT_LOG) log: AuditLog) {
    this.log = log;
  }

  @Get()
  @Describe({
    summary: 'Every change of the registry: who, when, what and why; newest first, a page at a time',
    answer,
  })
  async entries(
    @Query({ schema: query }) { from, to, cursor, limit, ...filter }: z.infer<typeof query>,
  ): Promise<z.infer<typeof answer>> {
    const found = await this.log.entries({ ...filter, fromUs: from, toUs: to, before: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      entries: page.map(({ subjects, changes, ...entry }) => ({
        ...entry,
        subjects: subjects.slice(0, changes.length),
        changeCount: subjects.length,
        changes: changes.map(({ fields, ...change }) => ({ ...change, ...(fields && { fields: [...fields] }) })),
      })),
      nextCursor: found.length > limit ? page.at(-1)!.id : null,
    };
  }
}
