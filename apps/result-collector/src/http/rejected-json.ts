import { limits, topicNameLength } from '@windlass/contracts';
import { ProblemError } from '@windlass/service';
import { z } from 'zod';
import { isId } from '../ids.ts';
import type { Decoded } from '../kafka/record-decoder.ts';
import type { Progress } from '../rejected/dead-letters.ts';
import type { Settled } from '../rejected/ports.ts';
import { deadLetterStates, type Kept } from '../rejected/settlement.ts';
import { pageLimit, ref, time } from './query.ts';

const MAX_WHY = 1_000;

const us = z.number().int().describe('microseconds since 1970');
const id = z.string().refine(isId, 'must be 32 hex digits');
const cursor = z.string().max(200).optional().describe('nextCursor of the answer before');
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0]*$/, 'must have no NUL');

/** Which rejected records. */
const rejectedFilter = {
  topic: text(topicNameLength).optional().describe('on which they were'),
  reason: text(limits.nameLength).optional().describe('code of what was wrong'),
  source: text(limits.nameLength).optional().describe('their key'),
  from: time.optional().describe('refused from (inclusive): ISO 8601 with zone, or microseconds since 1970'),
  to: time.optional().describe('refused to (exclusive)'),
};

export const deadLettersQuery = z.strictObject({
  ...rejectedFilter,
  state: z.enum(deadLetterStates).optional().describe('default: all'),
  limit: pageLimit,
  cursor,
});

const lateFilter = {
  windowType: ref.optional().describe('name@version of a window type for which they were too late'),
  source: rejectedFilter.source,
  from: rejectedFilter.from,
  to: rejectedFilter.to,
};

export const lateQuery = z.strictObject({ ...lateFilter, limit: pageLimit, cursor });

export const lateSummaryQuery = z.strictObject({
  ...lateFilter,
  by: z.enum(['windowType', 'source']).default('windowType').describe('source: each source of each window type'),
  limit: pageLimit.describe('the rows with most elements; at most 1000'),
});

const why = text(MAX_WHY).trim();

export const redriveBody = z.strictObject({
  why: why.min(1).nullable().default(null),
  again: z.boolean().default(false).describe('also when something was done about it before'),
  dryRun: z.boolean().default(false).describe('only told'),
});

export const dropBody = z.strictObject({ why: why.min(1), dryRun: z.boolean().default(false) });

const instant = z.union([z.number().int(), time]).optional();
const many = { ...rejectedFilter, from: instant, to: instant, cursor };
const someFilter = ({ topic, reason, source, from, to }: Readonly<Record<string, unknown>>) =>
  [topic, reason, source, from, to].some((one) => one !== undefined);
const sayWhich = 'must say which: topic, reason, source, from or to';

export const redriveManyBody = z
  .strictObject({ ...many, why: redriveBody.shape.why, dryRun: redriveBody.shape.dryRun })
  .refine(someFilter, sayWhich);
export const dropManyBody = z.strictObject({ ...many, ...dropBody.shape }).refine(someFilter, sayWhich);

const position = z.object({ topic: z.string(), partition: z.int(), offset: z.string().describe('decimal') });

const rejectedAnswer = z.object({
  id: z.string(),
  kept: position.describe('where it lies'),
  origin: z
    .object({ topic: z.string(), position: position.nullable() })
    .nullable()
    .describe('where it was; null: whoever refused it does not say'),
  stage: z.string().describe('who refused it'),
  code: z.string(),
  message: z.string(),
  rejectedAtUs: us,
  source: z.string().describe('its key'),
  valueBytes: z.int(),
});

const settlement = z.object({
  kind: z.enum(['REDRIVEN', 'DROPPED']),
  by: z.string(),
  why: z.string().nullable(),
  atUs: us,
});

const redrive = z.object({
  deadLetter: z.string(),
  code: z.string().describe('what was wrong then'),
  from: z.string().describe('where it lay: topic/partition/offset'),
  by: z.string(),
  why: z.string().nullable(),
  atUs: us,
});

export const deadLetterAnswer = rejectedAnswer.extend({
  state: z.enum(deadLetterStates),
  settlements: z.array(settlement).describe('what was done about it, oldest first'),
  redriveCount: z.int().describe('how often it had been sent again before it came here'),
  history: z.array(redrive).describe('the last of those times, oldest first'),
  cameBackAs: z.string().nullable().describe('the dead letter that it became when it failed again'),
});

export const lateAnswer = rejectedAnswer.extend({
  eventTimeUs: us.nullable().describe('null: it was kept before this was told'),
  lateFor: z.array(
    z.object({
      windowType: z.string(),
      finalUpToUs: us,
      behindUs: z.number().int().describe('event time was so far behind what was final'),
    }),
  ),
});

const bytes = {
  key: z.string().nullable().describe('hex'),
  value: z.string().nullable().describe('the original bytes, hex'),
  headers: z.record(z.string(), z.string()),
  decoded: z.unknown().describe('the value as its schema means it; bytes in hex, times in microseconds'),
  undecodable: z.object({ code: z.string(), message: z.string() }).nullable().describe('why it is not decoded'),
};

const nextCursor = z.string().nullable().describe('null: this was the last page');
export const deadLettersAnswer = z.object({ deadLetters: z.array(deadLetterAnswer), nextCursor });
export const lateElementsAnswer = z.object({ lateElements: z.array(lateAnswer), nextCursor });
export const shownDeadLetter = deadLetterAnswer.extend(bytes);
export const shownLate = lateAnswer.extend(bytes);

export const settledAnswer = z.object({
  deadLetters: z.array(deadLetterAnswer).describe('as they are now; of a dry run as they would be'),
  refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  nextCursor: z.string().nullable().describe('where to go on; null: that was all'),
});

const quantiles = z
  .object({ p50: us, p90: us, p99: us, max: us })
  .describe('how far behind what was final they were, µs');

export const lateSummaryAnswer = z.object({
  rows: z.array(
    z.object({
      windowType: z.string(),
      source: z.string().nullable().describe('null: all'),
      elements: z.number().int(),
      sources: z.number().int(),
      behindUs: quantiles,
    }),
  ),
});

export const idParameter = id;

type Rejected = z.infer<typeof rejectedAnswer>;

function answerRejected({ rejected, valueBytes }: Kept): Rejected {
  const { id: of, kept, origin, stage, code, message, rejectedAtUs, source } = rejected;
  return { id: of, kept, origin, stage, code, message, rejectedAtUs, source, valueBytes };
}

export const answerDeadLetter = (kept: Kept): z.infer<typeof deadLetterAnswer> => ({
  ...answerRejected(kept),
  state: kept.state,
  settlements: [...kept.settlements],
  redriveCount: kept.rejected.redriveCount,
  history: [...kept.rejected.history],
  cameBackAs: kept.cameBackAs,
});

export function answerLate(kept: Kept): z.infer<typeof lateAnswer> {
  const { eventTimeUs = null, lateFor = [] } = kept.rejected.late ?? {};
  return {
    ...answerRejected(kept),
    eventTimeUs,
    lateFor: lateFor.map((one) => ({ ...one, behindUs: one.finalUpToUs - eventTimeUs! })),
  };
}

export const answerBytes = ({ rejected: { record } }: Kept, { value, problem }: Decoded) => ({
  key: record.key?.toString('hex') ?? null,
  value: record.value?.toString('hex') ?? null,
  headers: Object.fromEntries(Object.entries(record.headers).map(([name, one]) => [name, one.toString()])),
  decoded: value,
  undecodable: problem,
});

export const answerSettled = (settled: readonly Settled[], next: Progress | null): z.infer<typeof settledAnswer> => ({
  deadLetters: settled.flatMap(({ kept, refused }) => (refused ? [] : [answerDeadLetter(kept)])),
  refused: settled.flatMap(({ kept, refused }) =>
    refused ? [{ id: kept.rejected.id, code: refused.code, message: refused.message }] : [],
  ),
  nextCursor: next && progressCursor(next),
});

export const progressCursor = ({ after, upTo }: Progress): string =>
  Buffer.from(`${after} ${upTo}`, 'latin1').toString('base64url');

/** @throws {ProblemError} 400 BAD_CURSOR. */
export function readProgress(cursorText: string): Progress {
  const [, after, upTo] = /^(\d{1,15}) (\d{1,15})$/.exec(Buffer.from(cursorText, 'base64url').toString('latin1')) ?? [];
  if (after !== undefined && upTo !== undefined) return { after: Number(after), upTo: Number(upTo) };
  throw new ProblemError({ status: 400, code: 'BAD_CURSOR', detail: 'cursor: is not a cursor of an earlier answer' });
}
