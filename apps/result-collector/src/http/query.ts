import { limits } from '@windlass/contracts';
import { ProblemError } from '@windlass/service';
import { z } from 'zod';
import { isId } from '../ids.ts';
import type { ResultFilter, ResultPosition } from '../ports.ts';

export const maxResultsPerPage = 1_000;

/** ISO 8601 with zone, or microseconds since 1970. */
export const time = z
  .string()
  .max(40)
  .transform((text, context) => {
    const us = /^-?\d+$/.test(text)
      ? Number(text)
      : /(Z|[+-]\d\d:\d\d)$/.test(text)
        ? Date.parse(text) * 1000
        : Number.NaN;
    if (Number.isSafeInteger(us)) return us;
    context.addIssue({ code: 'custom', message: 'must be ISO 8601 with zone, or microseconds since 1970' });
    return z.NEVER;
  });

export const asOf = time
  .optional()
  .describe('only what was known then: ISO 8601 with zone, or microseconds since 1970. Default: what is known now');

export const ref = z.string().max(2 * limits.nameLength + 1);

interface Position {
  readonly us: number;
  readonly id: string;
}

export const positionCursor = ({ us, id }: Position): string =>
  Buffer.from(`${us} ${id}`, 'latin1').toString('base64url');

/** @throws {ProblemError} 400 BAD_CURSOR. */
export function readPosition(text: string): Position {
  const position = positionOf(text);
  if (position) return position;
  throw new ProblemError({ status: 400, code: 'BAD_CURSOR', detail: 'cursor: is not a cursor of an earlier answer' });
}

function positionOf(text: string): Position | undefined {
  const [us, id = ''] = Buffer.from(text, 'base64url').toString('latin1').split(' ');
  return Number.isSafeInteger(Number(us)) && isId(id) ? { us: Number(us), id } : undefined;
}

const cursor = z
  .string()
  .max(100)
  .transform((text, context): ResultPosition => {
    const position = positionOf(text);
    if (position) return { startUs: position.us, executionId: position.id };
    context.addIssue({ code: 'custom', message: 'is not a cursor of an earlier answer' });
    return z.NEVER;
  });

export const cursorOf = ({ startUs: us, executionId: id }: ResultPosition): string => positionCursor({ us, id });

/** `true` or `false`, by default false. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

export const pageLimit = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a number')
  .transform(Number)
  .pipe(z.number().min(1).max(maxResultsPerPage))
  .default(100)
  .describe(`at most ${maxResultsPerPage}`);

/** Which results. */
export const resultFilter = {
  source: z.string().max(limits.nameLength).optional().describe('source or group whose results'),
  algorithm: ref.optional().describe('name@version'),
  windowType: ref.optional().describe('name@version'),
  from: time.optional().describe('window start from (inclusive): ISO 8601 with zone, or microseconds since 1970'),
  to: time.optional().describe('window start to (exclusive): ISO 8601 with zone, or microseconds since 1970'),
  revisions: z
    .enum(['latest', 'all'])
    .default('latest')
    .describe('latest: the newest run of the highest generation; all: every run'),
  standing: z
    .enum(['current', 'withdrawn', 'all'])
    .optional()
    .describe('current: what holds; withdrawn: what does not. Default: current, with revisions=all all'),
  asOf,
  state: z.enum(['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED']).optional(),
};

const filterQuery = z.strictObject(resultFilter);

/** As the reader asks for it. */
export function filterOf({ from: fromUs, to: toUs, asOf: asOfUs, ...rest }: z.infer<typeof filterQuery>): ResultFilter {
  return { ...rest, fromUs, toUs, asOfUs, standing: rest.standing ?? (rest.revisions === 'all' ? 'all' : 'current') };
}

export const resultQuery = z.strictObject({
  ...resultFilter,
  annotations: flag.describe('with each result what people said of it, of its window, and of its source at that time'),
  limit: pageLimit,
  cursor: cursor.optional().describe('nextCursor of the answer before'),
});

export const windowQuery = z.strictObject({ asOf });

export const summaryQuery = z.strictObject({
  from: time.optional().describe('window start from (inclusive)'),
  to: time.optional().describe('window start to (exclusive)'),
});

export const workQuery = z.strictObject({
  windowType: ref.describe('name@version'),
  from: time.optional().describe('outcomes known from (inclusive): ISO 8601 with zone, or microseconds since 1970'),
  to: time.optional().describe('outcomes known to (exclusive)'),
});

export const idParameter = z.string().refine(isId, 'must be 32 hex digits');
