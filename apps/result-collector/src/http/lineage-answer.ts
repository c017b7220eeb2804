import { z } from 'zod';
import { outcomeAnswer } from './answers.ts';

const run = outcomeAnswer.pick({
  executionId: true,
  windowId: true,
  windowType: true,
  key: true,
  startUs: true,
  endUs: true,
  generation: true,
  revision: true,
  lane: true,
  algorithm: true,
  run: true,
  attempt: true,
  state: true,
  dagRevision: true,
  policyRevision: true,
  processor: true,
  processorVersion: true,
  knownAtUs: true,
  staleInput: true,
  withdrawn: true,
});

export const lineageAnswer = z.object({
  nodes: z.array(run).describe('beginning with the run that was asked for, in order of distance'),
  unknown: z
    .array(run.pick({ executionId: true, windowId: true, algorithm: true }))
    .describe('inputs of which nothing is stored: dropped by age, or not known then'),
  edges: z.array(
    z.object({
      from: z.string().describe('execution id of what was used'),
      to: z.string().describe('execution id of what was made'),
      use: z.string().describe('relation of the dependency, or OPENED: the result opened the window'),
    }),
  ),
  truncated: z.boolean().describe('there is more than the limit of runs shows'),
});
