import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { slotOf } from '@windlass/contracts';
import type { z } from 'zod';
import type { SourceReader, StoredSource } from '../ports.ts';
import { answerWatermarks, windowCursor, windowsOf, windowsAnswer, watermarksAnswer } from './answers.ts';
import { watermarksQuery, windowsQuery } from './query.ts';

export const SOURCE_READER = Symbol('SourceReader');

/** Sources that are read for one page of windows; a page may be empty and still have a next one. */
const SOURCES_PER_PAGE = 200;

@Controller('v1')
export class WindowsController {
  private readonly reader: SourceReader;

  constructor(@Inject(SOURCE_READER) reader: SourceReader) {
    this.reader = reader;
  }

  @Get('windows')
  @Describe({
    summary: 'Windows that the trigger still holds, a page at a time',
    description:
      'In order of slot, source, window type, start. Windows that are final and forgotten are known to the result-collector.',
    answer: windowsAnswer,
    refusals: { 400: 'INVALID_REQUEST, BAD_CURSOR' },
  })
  async windows(
    @Query({ schema: windowsQuery }) query: z.infer<typeof windowsQuery>,
  ): Promise<z.infer<typeof windowsAnswer>> {
    const { source, type, state, limit, cursor } = query;
    const sources = source === undefined ? await this.next(cursor) : await this.only(source, cursor);
    const windows: z.infer<typeof windowsAnswer>['windows'] = [];
    for (const one of sources) {
      const skip = cursor && cursor.source === one.source ? cursor.passed : 0;
      const found = windowsOf(one.source, one.state, { type, state });
      const room = limit - windows.length;
      windows.push(...found.slice(skip, skip + room));
      if (found.length - skip > room) return { windows, nextCursor: windowCursor({ ...one, passed: skip + room }) };
    }
    const last = sources.at(-1);
    const isEnd = source !== undefined || sources.length < SOURCES_PER_PAGE || !last;
    return { windows, nextCursor: isEnd ? null : windowCursor({ ...last, passed: Number.MAX_SAFE_INTEGER }) };
  }

  @Get('watermarks')
  @Describe({
    summary: 'Watermarks of a source, by window type',
    answer: watermarksAnswer,
    refusals: { 404: 'UNKNOWN_SOURCE' },
  })
  async watermarks(
    @Query({ schema: watermarksQuery }) { source }: z.infer<typeof watermarksQuery>,
  ): Promise<z.infer<typeof watermarksAnswer>> {
    const state = await this.reader.one(source);
    if (!state)
      throw new ProblemError({ status: 404, code: 'UNKNOWN_SOURCE', detail: `nothing has come from source ${source}` });
    return answerWatermarks(source, state);
  }

  private async only(source: string, cursor: { readonly source: string } | undefined): Promise<StoredSource[]> {
    if (cursor && cursor.source !== source)
      throw new ProblemError({
        status: 400,
        code: 'BAD_CURSOR',
        detail: `the cursor belongs to source ${cursor.source}`,
      });
    const state = await this.reader.one(source);
    return state ? [{ slot: slotOf(source), source, state }] : [];
  }

  /** The cursor's own source again, if some of its windows are left, then those after it. */
  private async next(cursor: { readonly slot: number; readonly source: string; readonly passed: number } | undefined) {
    const after = await this.reader.after(cursor ?? { slot: -1, source: '' }, SOURCES_PER_PAGE);
    if (!cursor || cursor.passed === Number.MAX_SAFE_INTEGER) return after;
    const state = await this.reader.one(cursor.source);
    return [...(state ? [{ slot: cursor.slot, source: cursor.source, state }] : []), ...after];
  }
}
