import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { limits } from '@windlass/contracts';
import { Describe, ProblemError, Roles } from '@windlass/service';
import { z } from 'zod';
import type { OverflowReleaser } from '../kafka/overflow-releaser.ts';
import type { ParkedSource } from '../overflow/parking.ts';
import type { ParkedReader } from '../ports.ts';
import { overflowCursor, overflowQuery } from './overflow-query.ts';

export const PARKED_READER = Symbol('ParkedReader');
export const OVERFLOW_RELEASER = Symbol('OverflowReleaser');

const sourceName = z.string().min(1).max(limits.nameLength);

const parkedAnswer = z.object({
  source: sourceName,
  sinceUs: z.int().describe('processing time, microseconds since 1970'),
  signals: z.int().describe('how it sent when it was parked: so many signals within `spanUs`'),
  spanUs: z.int(),
  perSecond: z.int().describe('what it might send a second then'),
  burst: z.int().describe('and at once'),
  firstOffset: z.string().describe('of its first parked record, on the signals topic'),
  releasedOffset: z.string().describe('up to here all is back'),
});

const overflowAnswer = z.object({ sources: z.array(parkedAnswer), nextCursor: z.string().nullable() });

/** Sources that sent more than they may. */
@Controller('v1/overflow')
export class OverflowController {
  private readonly reader: ParkedReader;
  private readonly releaser: Pick<OverflowReleaser, 'begin'>;

  constructor(
    @Inject(PARKED_READER) reader: ParkedReader,
    @Inject(OVERFLOW_RELEASER) releaser: Pick<OverflowReleaser, 'begin'>,
  ) {
    this.reader = reader;
    this.releaser = releaser;
  }

  @Get()
  @Describe({
    summary: 'Parked sources, a page at a time',
    description:
      'In order of slot and source. Each was told once on the notices topic, and leaves when it is released.',
    answer: overflowAnswer,
  })
  async parked(
    @Query({ schema: overflowQuery }) { limit, cursor }: z.infer<typeof overflowQuery>,
  ): Promise<z.infer<typeof overflowAnswer>> {
    const found = await this.reader.after(cursor ?? { slot: -1, source: '' }, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { sources: page.map(answer), nextCursor: found.length > limit && last ? overflowCursor(last) : null };
  }

  @Post(':source/release')
  @HttpCode(202)
  @Roles('operator')
  @Describe({
    summary: 'Begin to bring back what is parked of a source; answered at once',
    description:
      'It is parked until all of it is back. A release that is interrupted goes on where it was when it is begun again.',
    status: 202,
    answer: parkedAnswer,
    refusals: { 404: 'NOT_PARKED' },
  })
  async release(@Param('source', { schema: sourceName }) source: string): Promise<z.infer<typeof parkedAnswer>> {
    const parked = await this.reader.parked(source);
    if (!parked)
      throw new ProblemError({
        status: 404,
        code: 'NOT_PARKED',
        detail: `${source} is not parked; GET /v1/overflow lists those that are`,
      });
    this.releaser.begin(parked);
    return answer(parked);
  }
}

const answer = (parked: ParkedSource): z.infer<typeof parkedAnswer> => ({
  source: parked.source,
  sinceUs: parked.sinceUs,
  signals: parked.signals,
  spanUs: parked.spanUs,
  perSecond: parked.perSecond,
  burst: parked.burst,
  firstOffset: String(parked.firstOffset),
  releasedOffset: String(parked.releasedOffset),
});
