import { z } from 'zod';
import { name, ref, strict } from './fields.ts';

/** Names in one retirement, of each kind. */
export const MAX_RETIRED = 10_000;

/** What an operator takes out of the DAG. */
export const retirement = strict({
  processors: z.array(name).max(MAX_RETIRED).default([]).describe('with all their algorithms'),
  algorithms: z.array(ref).max(MAX_RETIRED).default([]).describe('registered, or only expected'),
  windowTypes: z.array(ref).max(MAX_RETIRED).default([]),
  force: z
    .boolean()
    .default(false)
    .describe('retire with them everything that then could never run, and give up work that is under way'),
  why: z.string().max(1_000).optional().describe('kept in the history of revisions'),
}).refine(({ processors, algorithms, windowTypes }) => processors.length + algorithms.length + windowTypes.length > 0, {
  message: 'names nothing: give processors, algorithms or windowTypes',
});

export type Retirement = z.infer<typeof retirement>;
export type RetirementInput = z.input<typeof retirement>;
