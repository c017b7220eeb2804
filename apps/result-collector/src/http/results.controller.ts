import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import type { AnnotationStore } from '../annotations.ts';
import type { FactReader } from '../ports.ts';
import type { annotationAnswer } from './annotation-json.ts';
import { ANNOTATION_STORE } from './annotations.controller.ts';
import { answerOutcome, answerWindow, resultsAnswer, summaryAnswer, windowAnswer } from './answers.ts';
import { cursorOf, filterOf, resultQuery, summaryQuery, idParameter, windowQuery } from './query.ts';

export const FACT_READER = Symbol('FactReader');

@Controller('v1')
export class ResultsController {
  private readonly reader: FactReader;
  private readonly annotations: AnnotationStore;

  constructor(@Inject(FACT_READER) reader: FactReader, @Inject(ANNOTATION_STORE) annotations: AnnotationStore) {
    this.reader = reader;
    this.annotations = annotations;
  }

  @Get('results')
  @Describe({ summary: 'Results, in order of window start', answer: resultsAnswer })
  async results(
    @Query({ schema: resultQuery }) query: z.infer<typeof resultQuery>,
  ): Promise<z.infer<typeof resultsAnswer>> {
    const { cursor: after, limit, annotations, ...rest } = query;
    const filter = filterOf(rest);
    const { results, next } = await this.reader.results({ ...filter, after, limit });
    const said = annotations ? await this.annotations.of(results, filter) : undefined;
    return {
      results: results.map((result) => ({
        ...answerOutcome(result),
        ...(said && { annotations: [...(said.get(result.executionId) ?? [])] as z.infer<typeof annotationAnswer>[] }),
      })),
      nextCursor: next && cursorOf(next),
    };
  }

  @Get('windows/:id')
  @Describe({
    summary: 'A window: its panes, and every outcome with its inputs',
    answer: windowAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW' },
  })
  async window(
    @Param('id', { schema: idParameter }) id: string,
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
