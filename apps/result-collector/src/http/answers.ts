import { z } from 'zod';
import type { KnownOutcome, KnownWindow } from '../ports.ts';
import { annotationAnswer } from './annotation-json.ts';
import { resultJson, resultJsonSchema } from './result-json.ts';

const us = z.number().int().describe('microseconds since 1970');
const reason = z.object({
  code: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  because: z.string().nullable(),
});
const lane = z.enum(['LIVE', 'REPLAY', 'TRY']);

export const outcomeAnswer = z.object({
  executionId: z.string(),
  windowId: z.string(),
  windowType: z.string(),
  key: z.string(),
  startUs: us,
  endUs: us,
  generation: z.number().int(),
  revision: z.number().int(),
  isFinal: z.boolean(),
  completeness: z.number().nullable(),
  dagRevision: z.number().int(),
  policyRevision: z.number().int(),
  lane,
  algorithm: z.string(),
  run: z.number().int(),
  attempt: z.number().int(),
  state: z.enum(['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED']),
  reason: reason.nullable(),
  result: resultJsonSchema.nullable(),
  unit: z.string().nullable(),
  inputs: z.array(
    z.object({ executionId: z.string(), algorithm: z.string(), relation: z.string(), windowId: z.string() }),
  ),
  staleInput: z.boolean(),
  emissions: z.array(z.unknown()),
  knownAtUs: us,
  startedAtUs: us.nullable(),
  endedAtUs: us.nullable(),
  cpuMs: z.number().nullable(),
  processor: z.string(),
  processorVersion: z.string().nullable(),
  instance: z.string().nullable(),
  withdrawn: z.object({ reason: z.string(), knownAtUs: us }).nullable(),
});

export const resultsAnswer = z.object({
  results: z.array(
    outcomeAnswer.extend({ annotations: z.array(annotationAnswer).optional().describe('when they were asked for') }),
  ),
  nextCursor: z.string().nullable().describe('null: this was the last page'),
});

const pane = z.object({
  revision: z.number().int(),
  timing: z.enum(['EARLY', 'ON_TIME', 'LATE']),
  isFinal: z.boolean(),
  startUs: us,
  endUs: us,
  elements: z.number().int(),
  added: z.number().int(),
  completeness: z.number().nullable(),
  gapUs: z.number().int().nullable().describe('longest stretch of it without an element; null: not known'),
  metadata: z.record(z.string(), z.unknown()),
  watermarkUs: us.nullable().describe('the watermark when it fired; null: none was known'),
  dagRevision: z.number().int(),
  policyRevision: z.number().int(),
  firedAtUs: us,
});

export const windowAnswer = z.object({
  windowId: z.string(),
  windowType: z.string(),
  key: z.string(),
  parentWindowId: z.string().nullable(),
  generations: z.array(
    z.object({
      generation: z.number().int(),
      lane: lane.nullable(),
      startUs: us,
      endUs: us,
      revision: z.number().int().nullable(),
      state: z.enum(['OPEN', 'FINAL', 'WITHDRAWN']).nullable(),
      stateAtUs: us.nullable(),
      stateReason: z.string().nullable(),
      replacedBy: z.array(z.string()),
      metadata: z.record(z.string(), z.unknown()),
      depth: z.number().int().nullable(),
      openedBy: z.unknown(),
      completeRevision: z.number().int().nullable().describe('the revision of which every execution is terminal'),
      panes: z.array(pane),
      outcomes: z.array(outcomeAnswer),
    }),
  ),
});

export const summaryAnswer = z.object({
  algorithms: z.array(
    z.object({ algorithm: z.string(), state: z.string(), count: z.number().int(), withdrawn: z.number().int() }),
  ),
  windows: z.array(
    z.object({
      windowType: z.string(),
      state: z.string().nullable(),
      count: z.number().int(),
      complete: z.number().int(),
    }),
  ),
});

const effort = {
  executions: z.number().int(),
  cpuMs: z.number().describe('of those that were measured'),
  unmeasured: z.number().int().describe('executions whose processor could not tell its CPU time'),
};

export const workAnswer = z.object({
  windowType: z.string(),
  algorithms: z.array(
    z.object({
      algorithm: z.string(),
      ...effort,
      again: z.object(effort).describe('the part of it that was done because a pane or an input was revised'),
    }),
  ),
});

export const answerOutcome = ({ result, ...outcome }: KnownOutcome): z.infer<typeof outcomeAnswer> =>
  ({ ...outcome, result: result && resultJson(result) }) as z.infer<typeof outcomeAnswer>;

export const answerWindow = ({ generations, ...window }: KnownWindow): z.infer<typeof windowAnswer> =>
  ({
    ...window,
    generations: generations.map(({ outcomes, ...generation }) => ({
      ...generation,
      outcomes: outcomes.map(answerOutcome),
    })),
  }) as z.infer<typeof windowAnswer>;
