import { limits } from '@windlass/contracts';
import { sentence } from '@windlass/service';
import { renderSentence, timeOf, type ExplainedWindow, type Explanation } from '@windlass/windowing';
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

const answerExplanation = ({ headline, timeline, now, drops }: Explanation) => ({
  headline: renderSentence(headline),
  timeline: timeline.map(renderSentence),
  now: now.map(renderSentence),
  drops: drops.map(renderSentence),
});

export const answerWindowExplanation = (
  source: string,
  explained: Explanation & { readonly window: ExplainedWindow },
): z.infer<typeof explainWindowAnswer> => ({ ...explained.window, source, ...answerExplanation(explained) });

export const answerAbsence = (
  { source, type, at }: z.infer<typeof explainAbsenceQuery>,
  explained: Explanation,
): z.infer<typeof explainAbsenceAnswer> => ({ source, windowType: type, atUs: at, ...answerExplanation(explained) });
