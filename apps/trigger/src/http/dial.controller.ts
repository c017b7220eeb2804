import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import type { DialReader } from '../ports.ts';
import { answerDial, answerLateness, dialAnswer, latenessAnswer } from './dial-answer.ts';
import { dialQuery, latenessQuery } from './query.ts';

export const DIAL_READER = Symbol('DialReader');

@Controller('v1/dial')
export class DialController {
  private readonly reader: DialReader;

  constructor(@Inject(DIAL_READER) reader: DialReader) {
    this.reader = reader;
  }

  @Get()
  @Describe({
    summary: 'How late the live data of window types was',
    description:
      'Of all sources and instances, by whole hours of processing time. Types of which nothing came are left out.',
    answer: latenessAnswer,
  })
  async lateness(
    @Query({ schema: latenessQuery }) { windowType: windowTypes, since: sinceUs }: z.infer<typeof latenessQuery>,
  ): Promise<z.infer<typeof latenessAnswer>> {
    return answerLateness(await this.reader.lateness({ windowTypes, sinceUs }));
  }

  @Get(':windowType')
  @Describe({
    summary: 'What was measured of a window type: how late its data is, when its panes fire, how complete they are',
    description:
      'Of all sources and instances, by whole hours of processing time. `curve` says what each outOfOrderness would have given.',
    answer: dialAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW_TYPE' },
  })
  async dial(
    @Param('windowType') windowType: string,
    @Query({ schema: dialQuery }) { since: sinceUs, history: isHistory }: z.infer<typeof dialQuery>,
  ): Promise<z.infer<typeof dialAnswer>> {
    const measured = await this.reader.measured({ windowType, sinceUs, isHistory });
    if (!measured)
      throw new ProblemError({
        status: 404,
        code: 'UNKNOWN_WINDOW_TYPE',
        detail: `${windowType} is no window type of the live revision, and nothing was measured of it`,
      });
    return answerDial(measured);
  }
}
