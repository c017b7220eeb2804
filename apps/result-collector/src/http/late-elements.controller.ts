import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import type { RecordDecoder } from '../kafka/record-decoder.ts';
import type { RejectedStore } from '../rejected/ports.ts';
import { RECORD_DECODER, REJECTED_STORE } from './dead-letters.controller.ts';
import {
  answerBytes,
  answerLate,
  idParameter,
  lateElementsAnswer,
  lateQuery,
  lateSummaryAnswer,
  lateSummaryQuery,
  progressCursor,
  readProgress,
  shownLate,
} from './rejected-json.ts';

/** Elements that came when windows they belong to were final. */
@Controller('v1/late-elements')
export class LateElementsController {
  private readonly store: RejectedStore;
  private readonly decoder: RecordDecoder;

  constructor(@Inject(REJECTED_STORE) store: RejectedStore, @Inject(RECORD_DECODER) decoder: RecordDecoder) {
    this.store = store;
    this.decoder = decoder;
  }

  @Get()
  @Describe({
    summary: 'Late elements, in the order in which they came, a page at a time',
    answer: lateElementsAnswer,
    refusals: { 400: 'BAD_CURSOR' },
  })
  async list(
    @Query({ schema: lateQuery }) query: z.infer<typeof lateQuery>,
  ): Promise<z.infer<typeof lateElementsAnswer>> {
    const { from: fromUs, to: toUs, cursor, limit, ...rest } = query;
    const after = cursor === undefined ? undefined : readProgress(cursor).after;
    const found = await this.store.find({ ...rest, fromUs, toUs, keptOn: 'late', after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      lateElements: page.map(answerLate),
      nextCursor: last ? progressCursor({ after: last.seq, upTo: 0 }) : null,
    };
  }

  @Get('summary')
  @Describe({
    summary: 'How many elements were too late, and how far behind, by window type or source',
    description: 'Those with most elements first. For whoever sets an allowed lateness.',
    answer: lateSummaryAnswer,
  })
  async summary(
    @Query({ schema: lateSummaryQuery }) { from: fromUs, to: toUs, ...rest }: z.infer<typeof lateSummaryQuery>,
  ): Promise<z.infer<typeof lateSummaryAnswer>> {
    return { rows: [...(await this.store.lateSummary({ ...rest, fromUs, toUs }))] };
  }

  @Get(':id')
  @Describe({
    summary: 'A late element with its original bytes',
    answer: shownLate,
    refusals: { 404: 'UNKNOWN_LATE_ELEMENT' },
  })
  async show(@Param('id', { schema: idParameter }) id: string): Promise<z.infer<typeof shownLate>> {
    const kept = await this.store.get(id);
    if (kept?.rejected.keptOn !== 'late') {
      const detail = `there is no late element ${id}; GET /v1/late-elements lists those that there are`;
      throw new ProblemError({ status: 404, code: 'UNKNOWN_LATE_ELEMENT', detail });
    }
    return { ...answerLate(kept), ...answerBytes(kept, await this.decoder.decode(kept.rejected)) };
  }
}
