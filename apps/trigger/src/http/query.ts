import { limits } from '@windlass/contracts';
import { parseDurationUs } from '@windlass/dag';
import { z } from 'zod';
import { cursorTo } from './cursor.ts';

export const maxWindowsPerPage = 1_000;

const source = z.string().min(1).max(limits.nameLength);

const position = z
  .tuple([z.int(), source, z.int().min(0)])
  .transform(([slot, name, passed]) => ({ slot, source: name, passed }));

export const windowStates = ['open', 'fired', 'final', 'withdrawn'] as const;

export const windowsQuery = z.object({
  source: source.optional(),
  type: z
    .string()
    .max(2 * limits.nameLength + 1)
    .optional()
    .describe('name@version of a window type'),
  state: z
    .enum(windowStates)
    .optional()
    .describe('open: not fired on time yet; fired: may still be revised; final: waits for its children'),
  limit: z.coerce.number().int().min(1).max(maxWindowsPerPage).default(100),
  cursor: cursorTo(position, 1_000).optional(),
});

export const watermarksQuery = z.object({ source });

const duration = z.string().transform((text, context) => {
  const us = parseDurationUs(text);
  if (us !== undefined && us > 0) return us;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 30m, 12h or 7d' });
  return z.NEVER;
});

const since = duration
  .default(7 * 86_400_000_000)
  .describe('how far back, for instance 30m, 12h or 7d; whole hours count');

/** Their names fit into an address. */
export const maxLatenessTypes = 50;

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((names) => [names].flat());

export const latenessQuery = z.strictObject({
  windowType: oneOrMore
    .pipe(z.array(z.string().max(2 * limits.nameLength + 1)).max(maxLatenessTypes))
    .describe(`name@version; once for each, ${maxLatenessTypes} at most`),
  since,
});

export const dialQuery = z.strictObject({
  since,
  history: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('what lay more than an hour behind the clock, in place of what was live'),
});
