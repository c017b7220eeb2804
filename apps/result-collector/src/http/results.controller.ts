import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import type { FactReader } from '../ports.ts';
import { answerOutcome, answerWindow, resultsAnswer, summaryAnswer, windowAnswer } from './answers.ts';
import { cursorOf, filterOf, resultQuery, summaryQuery, windowIdParameter, windowQuery } from './query.ts';

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
    const { cursor: after, limit, ...filter } = query;
    const { results, next } = await this.reader.results({ ...filterOf(filter), after, limit });
    return { results: results.map(answerOutcome), nextCursor: next && cursorOf(next) };
  }

  @Get('windows/:id')
  @Describe({ summary: 'A window: its panes, and every outcome with its inputs', answer: windowAnswer })
  async window(
    @Param('id', { schema: windowIdParameter }) id: string,
    @Query({ schema: windowQuery }) { asOf: asOfUs }: z.infer<typeof windowQuery>,
  ): Promise<z.infer<typeof windowAnswer>> {
    const window = await this.reader.window(id, { asOfUs });
    if (!window) {
      const detail = `nothing ${asOfUs === undefined ? 'is' : 'was'} known of window ${id}`;
      throw new ProblemError({ status: 404, code: 'UNKNOWN_WINDOW', detail });
    }
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
