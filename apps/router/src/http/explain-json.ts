import { limits } from '@windlass/contracts';
import type { RunExplanation } from '@windlass/execution';
import { renderText, type Sentence } from '@windlass/windowing';
import { z } from 'zod';
import type { ExplainedRuns } from '../explain.ts';

export const explainId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');
export const explainQuery = z.object({
  source: z.string().min(1).max(limits.nameLength).describe("key of the window's records: its source or group"),
});

const us = z.int().describe('microseconds since 1970');
const sentence = z.object({
  code: z.string().describe('stable'),
  text: z.string().describe('for people; times in UTC'),
  todo: z.string().nullable().describe('what to do about it'),
  atUs: us.nullable().describe('processing time at which it happened; null: it is so now'),
  facts: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])),
  template: z.string().describe('text with {fact} and {time:fact} in it, to be shown in another zone'),
  todoTemplate: z.string().nullable(),
});
const explainedRun = z.object({
  algorithm: z.string(),
  executionId: z.string().nullable().describe('null: it has not begun'),
  run: z.int().nullable(),
  state: z.string().nullable(),
  timeline: z.array(sentence).describe('what happened, oldest first'),
  now: z.array(sentence).describe('how it stands: the first is the answer'),
});
const explainedWindow = z.object({
  windowId: z.string(),
  generation: z.int(),
  windowType: z.string(),
  source: z.string(),
  startUs: us,
  endUs: us,
  revision: z.int(),
  isFinal: z.boolean(),
  runs: z.array(explainedRun),
});
export const explainRunAnswer = explainedWindow;
export const explainRunsAnswer = z.object({ windows: z.array(explainedWindow).describe('one of each generation') });

export const answerExplained = ({ window: { pane }, runs }: ExplainedRuns): z.infer<typeof explainedWindow> => ({
  ...{ windowId: pane.windowId, generation: pane.generation, windowType: pane.windowType, source: pane.key },
  ...{ startUs: pane.startUs, endUs: pane.endUs, revision: pane.revision, isFinal: pane.isFinal },
  runs: runs.map(answerRun),
});

const answerRun = ({ algorithm, execution, timeline, now }: RunExplanation) => ({
  algorithm,
  executionId: execution?.executionId ?? null,
  run: execution?.run ?? null,
  state: execution?.state ?? null,
  timeline: timeline.map(answerSentence),
  now: now.map(answerSentence),
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
