import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { z } from 'zod';
import { MAX_LINEAGE_NODES, traceLineage, type LineageSource } from '../lineage.ts';
import { lineageAnswer } from './lineage-answer.ts';
import { asOf, idParameter } from './query.ts';

export const LINEAGE_SOURCE = Symbol('LineageSource');

const lineageQuery = z.strictObject({
  direction: z.enum(['up', 'down']).default('up').describe('up: what it was made from; down: what was made from it'),
  depth: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(1).max(50))
    .default(10)
    .describe('steps, at most 50'),
  asOf,
});

@Controller('v1/results')
export class LineageController {
  private readonly source: LineageSource;

  constructor(@Inject(LINEAGE_SOURCE) source: LineageSource) {
    this.source = source;
  }

  @Get(':executionId/lineage')
  @Describe({
    summary: 'What a result was made from, or what was made from it',
    description: `Breadth first, at most ${MAX_LINEAGE_NODES} runs.`,
    answer: lineageAnswer,
    refusals: { 404: 'UNKNOWN_EXECUTION' },
  })
  async lineage(
    @Param('executionId', { schema: idParameter }) executionId: string,
    @Query({ schema: lineageQuery }) { asOf: asOfUs, ...query }: z.infer<typeof lineageQuery>,
  ): Promise<z.infer<typeof lineageAnswer>> {
    const lineage = await traceLineage(this.source, { ...query, executionId, asOfUs });
    if (lineage) return lineage as z.infer<typeof lineageAnswer>;
    const detail = `nothing ${asOfUs === undefined ? 'is' : 'was'} known of execution ${executionId}`;
    throw new ProblemError({ status: 404, code: 'UNKNOWN_EXECUTION', detail });
  }
}
