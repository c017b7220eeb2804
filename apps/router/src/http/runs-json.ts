import { limits } from '@windlass/contracts';
import { RUN_ACTIONS } from '@windlass/execution';
import { z } from 'zod';
import type { CommandedRun } from '../commands/ports.ts';
import { MAX_RUNS, type SelectedRun } from '../commands/run-commands.ts';

const id = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');
const source = z.string().min(1).max(limits.nameLength).describe("key of the window's records: its source or group");
const algorithm = z
  .string()
  .max(2 * limits.nameLength)
  .describe('name@version');
const us = z.int().describe('microseconds since 1970');

export const commandId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'must be 8 to 64 letters, digits and hyphens');

export const commandBody = z.strictObject({
  commandId: commandId.optional().describe('the same id again is the same command; made when absent'),
  action: z.enum(RUN_ACTIONS),
  why: z.string().trim().min(1).max(1_000).optional().describe('kept with the command, and told in the outcome'),
  dryRun: z.boolean().default(false).describe('only tells what would be done'),
  runs: z
    .union([
      z.strictObject({ source, executionId: id }),
      z.strictObject({ source, windowId: id, algorithm }),
      z.strictObject({
        failed: z.literal(true),
        source: source.optional(),
        algorithm,
        fromUs: us.describe('of the starts of windows, event time'),
        toUs: us.describe('exclusive'),
      }),
    ])
    .describe(`one run, the current run of an algorithm on a window, or all that failed; at most ${MAX_RUNS}`),
});

const run = z.object({
  source: z.string(),
  window: z.string().describe('its id, and its generation unless it is live'),
  algorithm: z.string(),
  executionId: z.string(),
  run: z.int(),
  status: z.enum(['WOULD', 'WAITS', 'DONE', 'REFUSED']),
  code: z.string().nullable().describe('why it was refused'),
  detail: z.string().nullable(),
});
export const commandAnswer = z.object({
  commandId: z.string().nullable().describe('null: a dry run'),
  action: z.enum(RUN_ACTIONS),
  by: z.string(),
  why: z.string().nullable(),
  askedAtUs: us,
  runs: z.array(run),
});
export const commandsAnswer = z.object({
  commands: z.array(
    z.object({
      ...{ commandId: z.string(), action: z.enum(RUN_ACTIONS), by: z.string(), why: z.string().nullable() },
      askedAtUs: us,
      runs: z.int(),
      waiting: z.int().describe('runs whose owner has not seen it yet'),
      refused: z.int(),
    }),
  ),
});

export function answerCommand(runs: readonly CommandedRun[]): z.infer<typeof commandAnswer> {
  const { commandId, action, by, why, askedUs } = runs[0]!;
  return { commandId, action, by, why, askedAtUs: askedUs, runs: runs.map(runAnswer) };
}

const runAnswer = ({ key, window, algorithm, executionId, run, doneUs, refusal }: CommandedRun) => ({
  ...{ source: key, window, algorithm, executionId, run },
  status: doneUs === null ? ('WAITS' as const) : refusal ? ('REFUSED' as const) : ('DONE' as const),
  code: refusal?.code ?? null,
  detail: refusal?.message ?? null,
});

export const wouldAnswer = ({ window, execution, refusal }: SelectedRun): z.infer<typeof run> => ({
  ...{ source: window.pane.key, window: window.window, algorithm: execution.algorithm },
  ...{ executionId: execution.executionId, run: execution.run },
  status: refusal ? 'REFUSED' : 'WOULD',
  code: refusal?.code ?? null,
  detail:
    refusal?.message ?? `${execution.state}${execution.settled?.reason ? ` ${execution.settled.reason.code}` : ''}`,
});
