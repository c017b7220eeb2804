import { z } from 'zod';

/** Shapes of answers, for the OpenAPI page and for who reads them. */
export const change = z.object({
  kind: z.enum(['windowType', 'algorithm', 'processor', 'expected', 'policy', 'kind', 'source']),
  name: z.string(),
  action: z.enum(['added', 'changed', 'removed']),
  owners: z.array(z.string()),
  fields: z.array(z.string()).optional().describe('top-level fields that differ'),
  settled: z.boolean().optional().describe('nobody asked for it: a default settled itself anew'),
});

export const problem = z.object({
  code: z.string(),
  path: z.string(),
  message: z.string(),
  mend: z.string(),
  chain: z.array(z.string()).optional(),
});

export const changed = z.object({ revision: z.int().describe('the live revision'), changes: z.array(change) });

export const registered = changed.extend({
  windowTopic: z.string().describe('to read'),
  resultTopic: z.string().describe('to write'),
  partitions: z.int(),
  kafkaPrefix: z.string(),
});

export const plan = changed.extend({
  base: z.int().describe('the revision it was made against'),
  problems: z.array(problem),
});

export const ifRevision = z.object({
  ifRevision: z.coerce.number().int().min(0).optional().describe('refuse unless this revision is live'),
});
