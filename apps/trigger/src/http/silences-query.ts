import { limits } from '@windlass/contracts';
import { z } from 'zod';
import type { SilencePosition, StoredSilence } from '../ports.ts';

export const maxSilencesPerPage = 1_000;

const source = z.string().min(1).max(limits.nameLength);
const ref = z.string().max(2 * limits.nameLength + 1);

const position = z.tuple([z.int(), source, ref]);

const cursor = z
  .string()
  .max(1_000)
  .transform((text, context): SilencePosition => {
    const parsed = position.safeParse(parsedJson(text));
    if (parsed.success) {
      const [slot, name, type] = parsed.data;
      return { slot, name, type };
    }
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

export const silenceCursor = ({ slot, source: name, windowType }: StoredSilence): string =>
  Buffer.from(JSON.stringify([slot, name, windowType])).toString('base64url');

export const silencesQuery = z.object({
  type: ref.optional().describe('name@version of a window type'),
  source: source.optional(),
  limit: z.coerce.number().int().min(1).max(maxSilencesPerPage).default(100),
  cursor: cursor.optional(),
});
