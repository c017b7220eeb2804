import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Describe } from '@windlass/service';
import type { z } from 'zod';
import type { FactReader } from '../ports.ts';
import { workAnswer } from './answers.ts';
import { workQuery } from './query.ts';
import { FACT_READER } from './results.controller.ts';

@Controller('v1/work')
export class WorkController {
  private readonly reader: FactReader;

  constructor(@Inject(FACT_READER) reader: FactReader) {
    this.reader = reader;
  }

  @Get()
  @Describe({
    summary: 'The live work that was done on windows of a type, and how much of it was done again',
    description:
      'By the time at which outcomes became known. What was skipped or cancelled before it began is no work.',
    answer: workAnswer,
  })
  async work(
    @Query({ schema: workQuery }) { windowType, from, to }: z.infer<typeof workQuery>,
  ): Promise<z.infer<typeof workAnswer>> {
    return { windowType, algorithms: [...(await this.reader.work({ windowType, fromUs: from, toUs: to }))] };
  }
}
