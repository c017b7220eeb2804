import { limits } from '@windlass/contracts';
import type { RunExplanation } from '@windlass/execution';
import { sentence } from '@windlass/service';
import { renderSentence } from '@windlass/windowing';
import { z } from 'zod';
import type { ExplainedRuns } from '../explain.ts';

export const explainId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');
export const explainQuery = z.object({
  source: z.string().min(1).max(limits.nameLength).describe("key of the window's records: its source or group"),
});

const us = z.int().describe('microseconds since 1970');
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
  timeline: timeline.map(renderSentence),
  now: now.map(renderSentence),
});
