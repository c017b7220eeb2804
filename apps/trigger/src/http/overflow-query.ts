import { limits } from '@windlass/contracts';
import { z } from 'zod';
import type { SourceKey } from '../ports.ts';

const maxSourcesPerPage = 1_000;

const position = z.tuple([z.int(), z.string().min(1).max(limits.nameLength)]);

const cursor = z
  .string()
  .max(1_000)
  .transform((text, context): SourceKey => {
    const parsed = position.safeParse(parsedJson(text));
    if (parsed.success) return { slot: parsed.data[0], source: parsed.data[1] };
    context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier answer' });
    return z.NEVER;
  });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

export const overflowCursor = ({ slot, source }: SourceKey): string =>
  Buffer.from(JSON.stringify([slot, source])).toString('base64url');

export const overflowQuery = z.object({
  limit: z.coerce.number().int().min(1).max(maxSourcesPerPage).default(100),
  cursor: cursor.optional(),
});
