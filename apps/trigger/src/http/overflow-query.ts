import { limits } from '@windlass/contracts';
import { z } from 'zod';
import type { SourceKey } from '../ports.ts';
import { cursorOf, cursorTo } from './cursor.ts';

const maxSourcesPerPage = 1_000;

const position = z
  .tuple([z.int(), z.string().min(1).max(limits.nameLength)])
  .transform(([slot, source]): SourceKey => ({ slot, source }));

export const overflowCursor = ({ slot, source }: SourceKey): string => cursorOf(slot, source);

export const overflowQuery = z.object({
  limit: z.coerce.number().int().min(1).max(maxSourcesPerPage).default(100),
  cursor: cursorTo(position, 1_000).optional(),
});
