import { limits } from '@windlass/contracts';
import { renderText, timeOf, type ExplainedWindow, type Explanation, type Sentence } from '@windlass/windowing';
import { z } from 'zod';
import { sourceOfWindow } from './kept-json.ts';

export const explainWindowQuery = z.object({ source: sourceOfWindow });

/** ISO 8601 with zone, or microseconds since 1970. */
const time = z
  .string()
  .max(40)
  .transform((text, context) => {
    const us = /^-?\d+$/.test(text) ? Number(text) : /(Z|[+-]\d\d:\d\d)$/.test(text) ? timeOf(text) : Number.NaN;
    if (Number.isSafeInteger(us)) return us;
    context.addIssue({ code: 'custom', message: 'must be ISO 8601 with zone, or microseconds since 1970' });
    return z.NEVER;
  });

export const explainAbsenceQuery = z.object({
  type: z
    .string()
    .max(2 * limits.nameLength + 1)
    .describe('name@version of a window type'),
  source: z.string().min(1).max(limits.nameLength),
  at: time.describe('event time: ISO 8601 with zone, or microseconds since 1970'),
});

const sentence = z.object({
  code: z.string().describe('stable'),
  text: z.string().describe('for people; times in UTC'),
  todo: z.string().nullable().describe('what to do about it'),
  atUs: z.int().nullable().describe('processing time at which it happened; null: it is so now'),
  facts: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])),
  template: z.string().describe('text with {fact}, {time:fact} and {span:fact} in it, to be shown in another zone'),
  todoTemplate: z.string().nullable(),
});

const explanation = {
  headline: sentence.describe('the answer'),
  timeline: z.array(sentence).describe('what happened, oldest first'),
  now: z.array(sentence).describe('how it stands; of a window that is not there, all reasons that were found'),
  drops: z.array(sentence).describe('records that did not become part of it'),
};

export const explainWindowAnswer = z.object({
  windowId: z.string(),
  source: z.string(),
  windowType: z.string(),
  startUs: z.int(),
  endUs: z.int(),
  ...explanation,
});

export const explainAbsenceAnswer = z.object({
  source: z.string(),
  windowType: z.string(),
  atUs: z.int(),
  ...explanation,
});

const answerSentence = ({ code, template, todo, facts, atUs }: Sentence): z.infer<typeof sentence> => ({
  code,
  text: renderText(template, facts),
  todo: todo === null ? null : renderText(todo, facts),
  atUs,
  facts: { ...facts },
  template,
  todoTemplate: todo,
});

const answerExplanation = ({ headline, timeline, now, drops }: Explanation) => ({
  headline: answerSentence(headline),
  timeline: timeline.map(answerSentence),
  now: now.map(answerSentence),
  drops: drops.map(answerSentence),
});

export const answerWindowExplanation = (
  source: string,
  explained: Explanation & { readonly window: ExplainedWindow },
): z.infer<typeof explainWindowAnswer> => ({ ...explained.window, source, ...answerExplanation(explained) });

export const answerAbsence = (
  { source, type, at }: z.infer<typeof explainAbsenceQuery>,
  explained: Explanation,
): z.infer<typeof explainAbsenceAnswer> => ({ source, windowType: type, atUs: at, ...answerExplanation(explained) });
