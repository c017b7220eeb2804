import { z } from 'zod';

/** Shapes of answers, for the OpenAPI page and for who reads them. */
export const change = z.object({
  kind: z.enum(['windowType', 'algorithm', 'processor', 'expected', 'policy', 'kind', 'source']),
  name: z.string(),
  action: z.enum(['added', 'changed', 'removed']),
  owners: z.array(z.string()),
  fields: z.array(z.string()).optional().describe('top-level fields that differ'),
  values: z
    .array(z.object({ at: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }))
    .optional()
    .describe('what was and what is'),
  because: z
    .array(z.string())
    .optional()
    .describe('nobody named it: it goes, or loses a part, because of what was retired'),
  settled: z.boolean().optional().describe('nobody asked for it: a default settled itself anew'),
});

export const problem = z.object({
  code: z.string(),
  path: z.string(),
  message: z.string(),
  mend: z.string(),
  chain: z.array(z.string()).optional().describe('the shortest that shows it'),
  owners: z.array(z.string()).optional().describe('teams involved'),
});

export const resolved = z
  .object({ path: z.string(), asked: z.string(), ref: z.string() })
  .describe('what a reference stands for, where it is written otherwise: `indicator@^1.2` is `indicator@1.4.0`');

export const hint = z
  .object({ code: z.string(), names: z.array(z.string()), path: z.string(), message: z.string() })
  .describe('about what is named or changed: nothing is wrong, but somebody may want to know');

export const changed = z.object({
  revision: z.int().describe('the live revision'),
  changes: z.array(change),
  warnings: z.array(problem).describe('what may not be meant'),
  effects: z
    .array(
      z.object({
        owner: z.string().describe('team whose algorithms are affected'),
        cause: z.string(),
        message: z.string(),
        algorithms: z.array(z.string()),
      }),
    )
    .describe('what it does to other teams'),
  resolved: z.array(resolved),
  hints: z.array(hint),
});

export const registered = changed.extend({
  windowTopic: z.string().describe('to read'),
  resultTopic: z.string().describe('to write'),
  partitions: z.int(),
  kafkaPrefix: z.string(),
  resultCollectorUrl: z.string().describe('where results are that travel by reference'),
});

export const plan = changed.extend({
  base: z.int().describe('the revision it was made against'),
  basePolicies: z.int().describe('how often policies had been set then'),
  problems: z.array(problem),
});

/** Of changes that may take something away. */
export const removal = z.object({
  plan: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: only tell what would be; then the answer is a plan'),
});

const unlessMoved = z.coerce.number().int().min(0).optional();

export const ifUnmoved = z.object({
  ifRevision: unlessMoved.describe('refuse unless this revision is live: `base` of a plan'),
  ifPolicies: unlessMoved.describe('refuse unless policies have been set so often: `basePolicies` of a plan'),
});

/** What was given of it. */
export const unmoved = ({ ifRevision, ifPolicies }: z.infer<typeof ifUnmoved>) => ({
  ...(ifRevision !== undefined && { ifRevision }),
  ...(ifPolicies !== undefined && { ifPolicies }),
});
