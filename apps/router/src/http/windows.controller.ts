import { Controller, Get, Param, Query } from '@nestjs/common';
import { limits, slotOf } from '@windlass/contracts';
import type { DoneWindow, WindowState } from '@windlass/execution';
import { Describe, ProblemError } from '@windlass/service';
import { z } from 'zod';
import { PostgresWindowStore } from '../postgres/postgres-window-store.ts';

const windowId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');
const query = z.object({
  source: z.string().min(1).max(limits.nameLength).describe("key of the window's records: its source or group"),
});

const us = z.int().describe('microseconds since 1970');
const execution = z.object({
  executionId: z.string(),
  algorithm: z.string().describe('name@version'),
  processor: z.string(),
  run: z.int(),
  attempt: z.int(),
  state: z.string(),
  revision: z.int(),
  taskId: z.string().nullable(),
  openedAtUs: us,
  dispatchedAtUs: us.nullable(),
  notBeforeUs: us.nullable().describe('not dispatched before; null: at once'),
  staleInput: z.boolean(),
  reason: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
});
const window = z.string().describe('its id, and its generation unless it is live');
const answer = z.object({
  windows: z.array(
    z.union([
      z.object({ window, state: z.literal('DONE'), doneAtUs: us }),
      z.object({
        window,
        state: z.enum(['OPEN', 'WITHDRAWN']),
        windowType: z.string().describe('name@version'),
        revision: z.int(),
        waitingRevision: z.int().nullable().describe('a newer pane that waits until this one is through'),
        isFinal: z.boolean(),
        executions: z.array(execution),
      }),
    ]),
  ),
});

@Controller('v1/windows')
export class WindowsController {
  private readonly store: PostgresWindowStore;

  constructor(store: PostgresWindowStore) {
    this.store = store;
  }

  @Get(':id/executions')
  @Describe({
    summary: 'Executions of a window that can still change, in every generation, as they were last committed',
    answer,
    refusals: { 404: 'UNKNOWN_WINDOW' },
  })
  async executions(
    @Param('id', { schema: windowId }) id: string,
    @Query({ schema: query }) { source }: z.infer<typeof query>,
  ) {
    const windows = await this.store.find({ slot: slotOf(source), key: source, windowId: id });
    if (windows.length === 0)
      throw new ProblemError({
        status: 404,
        code: 'UNKNOWN_WINDOW',
        detail: `${source} has no window ${id} that can still change; the result-collector knows what came of it`,
      });
    return { windows: windows.map(answerOf) };
  }
}

function answerOf(w: WindowState | DoneWindow) {
  if (w.kind === 'done') return { window: w.window, state: 'DONE', doneAtUs: w.doneUs };
  return {
    window: w.window,
    state: w.withdrawn ? 'WITHDRAWN' : 'OPEN',
    windowType: w.pane.windowType,
    revision: w.pane.revision,
    waitingRevision: w.waiting?.pane.revision ?? null,
    isFinal: w.pane.isFinal,
    executions: w.executions
      .filter((x) => x !== null)
      .map((x) => ({
        executionId: x.executionId,
        algorithm: x.algorithm,
        processor: x.processor,
        run: x.run,
        attempt: x.attempt,
        state: x.state,
        revision: x.revision,
        taskId: x.taskId,
        openedAtUs: x.openedUs,
        dispatchedAtUs: x.taskId === null ? null : x.dispatchedUs,
        notBeforeUs: x.notBeforeUs === 0 ? null : x.notBeforeUs,
        staleInput: x.staleInput,
        reason: x.settled?.reason ?? null,
      })),
  };
}
