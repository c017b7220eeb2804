import { limits } from '@windlass/contracts';
import { z } from 'zod';
import type { SilencePosition, StoredSilence } from '../ports.ts';
import { cursorOf, cursorTo } from './cursor.ts';

export const maxSilencesPerPage = 1_000;

const source = z.string().min(1).max(limits.nameLength);
const ref = z.string().max(2 * limits.nameLength + 1);

const position = z
  .tuple([z.int(), source, ref])
  .transform(([slot, name, type]): SilencePosition => ({ slot, name, type }));

export const silenceCursor = ({ slot, source: name, windowType }: StoredSilence): string =>
  cursorOf(slot, name, windowType);

export const silencesQuery = z.object({
  type: ref.optional().describe('name@version of a window type'),
  source: source.optional(),
  limit: z.coerce.number().int().min(1).max(maxSilencesPerPage).default(100),
  cursor: cursorTo(position, 1_000).optional(),
});
