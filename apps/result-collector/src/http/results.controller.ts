import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import type { FactReader } from '../ports.ts';
import { answerOutcome, answerWindow, resultsAnswer, summaryAnswer, windowAnswer } from './answers.ts';
import { cursorOf, resultQuery, summaryQuery, windowIdParameter } from './query.ts';

export const FACT_READER = Symbol('FactReader');

@Controller('v1')
export class ResultsController {
  private readonly reader: FactReader;

  constructor(@Inject(FACT_READER) reader: FactReader) {
    this.reader = reader;
  }

  @Get('results')
  @Describe({ summary: 'Results, in order of window start', answer: resultsAnswer })
  async results(
    @Query({ schema: resultQuery }) query: z.infer<typeof resultQuery>,
  ): Promise<z.infer<typeof resultsAnswer>> {
    const { from: fromUs, to: toUs, cursor: after, limit, ...rest } = query;
    const found = await this.reader.results({ ...rest, fromUs, toUs, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    return { results: page.map(answerOutcome), nextCursor: found.length > limit ? cursorOf(page.at(-1)!) : null };
  }

  @Get('windows/:id')
  @Describe({
    summary: 'A window: its panes, and every outcome with its inputs',
    answer: windowAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW' },
  })
  async window(@Param('id', { schema: windowIdParameter }) id: string): Promise<z.infer<typeof windowAnswer>> {
    const window = await this.reader.window(id);
    if (!window)
      throw new ProblemError({ status: 404, code: 'UNKNOWN_WINDOW', detail: `nothing is known of window ${id}` });
    return answerWindow(window);
  }

  @Get('summary')
  @Describe({ summary: 'Outcomes by algorithm and state, windows by type and state', answer: summaryAnswer })
  summary(
    @Query({ schema: summaryQuery }) { from, to }: z.infer<typeof summaryQuery>,
  ): Promise<z.infer<typeof summaryAnswer>> {
    return this.reader.summary({ fromUs: from, toUs: to }) as Promise<z.infer<typeof summaryAnswer>>;
  }
}
