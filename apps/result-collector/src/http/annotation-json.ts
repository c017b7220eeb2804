import { limits } from '@windlass/contracts';
import { z } from 'zod';
import type { AnnotationTarget } from '../annotations.ts';
import { isId } from '../ids.ts';
import { asOf, flag, pageLimit, time } from './query.ts';

const MAX_TEXT = 4_000;
const MAX_LABELS = 16;

const us = z.number().int().describe('microseconds since 1970');
const id = z.string().refine(isId, 'must be 32 hex digits');
const source = z.string().min(1).max(limits.nameLength);
const label = z.string().min(1).max(limits.nameLength);
const instant = z.union([z.number().int(), time]).nullable().default(null);

export const annotationBody = z
  .strictObject({
    window: id.optional().describe('id of the window it is about'),
    result: id.optional().describe('execution id of the result it is about'),
    source: source.optional().describe('the source it is about, in the span [from, to)'),
    from: instant.describe('event time, inclusive; null: from ever on'),
    to: instant.describe('event time, exclusive; null: for ever'),
    text: z.string().trim().min(1).max(MAX_TEXT),
    labels: z.array(label).max(MAX_LABELS).default([]),
  })
  .refine(
    ({ window, result, source: of }) => [window, result, of].filter((one) => one !== undefined).length === 1,
    'must name one of window, result and source',
  )
  .refine(({ source: of, from, to }) => of !== undefined || (from === null && to === null), 'only a source has a span')
  .refine(({ from, to }) => from === null || to === null || from < to, 'from must be before to');

export function targetOf({ window, result, source: of, from, to }: z.infer<typeof annotationBody>): AnnotationTarget {
  if (window !== undefined) return { kind: 'WINDOW', id: window };
  if (result !== undefined) return { kind: 'RESULT', id: result };
  return { kind: 'SOURCE', id: of!, fromUs: from, toUs: to };
}

export const annotationQuery = z
  .strictObject({
    window: id.optional(),
    result: id.optional(),
    source: source.optional(),
    from: time.optional().describe('spans that overlap [from, to)'),
    to: time.optional(),
    label: label.optional(),
    withdrawn: flag.describe('also those that no longer hold'),
    asOf,
    limit: pageLimit,
    cursor: z.string().max(200).optional().describe('nextCursor of the answer before'),
  })
  .refine(
    ({ window, result, source: of }) => [window, result, of].filter((one) => one !== undefined).length <= 1,
    'may name only one of window, result and source',
  );

export const annotationAnswer = z.object({
  id: z.string(),
  target: z.object({
    kind: z.enum(['WINDOW', 'RESULT', 'SOURCE']),
    id: z.string().describe('of the window, of the execution, or name of the source'),
    fromUs: us.nullable().optional(),
    toUs: us.nullable().optional(),
  }),
  text: z.string(),
  labels: z.array(z.string()),
  author: z.string(),
  team: z.string(),
  notedAtUs: us,
  withdrawn: z.object({ by: z.string(), atUs: us }).nullable(),
});

export const annotationsAnswer = z.object({
  annotations: z.array(annotationAnswer),
  nextCursor: z.string().nullable().describe('null: this was the last page'),
});
