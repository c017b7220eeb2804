import { z } from 'zod';

/** One thing that an explanation says, as `renderSentence` of the windowing domain gives it. */
export const sentence = z.object({
  code: z.string().describe('stable'),
  text: z.string().describe('for people; times in UTC'),
  todo: z.string().nullable().describe('what to do about it'),
  atUs: z.int().nullable().describe('processing time at which it happened; null: it is so now'),
  facts: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])),
  template: z.string().describe('text with {fact}, {time:fact} and {span:fact} in it, to be shown in another zone'),
  todoTemplate: z.string().nullable(),
});
