import { Controller, Get, Inject, Query } from '@nestjs/common';
import { limits } from '@windlass/contracts';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import type { SilenceReader, StoredSilence } from '../ports.ts';
import { silenceCursor, silencesQuery } from './silences-query.ts';

export const SILENCE_READER = Symbol('SilenceReader');

const time = z.int().describe('processing time, microseconds since 1970');

export const silencesAnswer = z.object({
  silences: z.array(
    z.object({
      source: z.string().max(limits.nameLength),
      windowType: z.string(),
      owner: z.string().describe('team that owns the window type'),
      sinceUs: time.describe(
        'processing time of its last firing; of a schedule before its first, since when that is expected',
      ),
      expectedByUs: time.describe('processing time by which it should have fired'),
      usualStepUs: z.int().nullable().describe('usual event time between firings; null: not known yet'),
      toldAtUs: time.describe('when the notice was written'),
    }),
  ),
  nextCursor: z.string().nullable(),
});

@Controller('v1')
export class SilencesController {
  private readonly reader: SilenceReader;

  constructor(@Inject(SILENCE_READER) reader: SilenceReader) {
    this.reader = reader;
  }

  @Get('silences')
  @Describe({
    summary: 'Window types of sources that should have fired and have not, a page at a time',
    description:
      'In order of slot, source, window type. Each was told once on the notices topic, and leaves when it fires.',
    answer: silencesAnswer,
  })
  async silences(
    @Query({ schema: silencesQuery }) { type, source, limit, cursor }: z.infer<typeof silencesQuery>,
  ): Promise<z.infer<typeof silencesAnswer>> {
    const found = await this.reader.after({ windowType: type, source, position: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      silences: page.map(answerSilence),
      nextCursor: found.length > limit && last ? silenceCursor(last) : null,
    };
  }
}

const answerSilence = ({ slot: _, ...silence }: StoredSilence) => silence;
