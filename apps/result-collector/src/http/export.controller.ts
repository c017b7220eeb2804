import { Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { exportFormats, exportResults, type ExportFormat } from '../export/export-results.ts';
import type { FactReader } from '../ports.ts';
import { filterOf, resultFilter } from './query.ts';
import { FACT_READER } from './results.controller.ts';

/** Each takes a share of the database's connections and of memory. */
const MAX_EXPORTS = 2;

const exportQuery = z.strictObject({ ...resultFilter, format: z.enum(exportFormats) });

const contentType: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
};

@Controller('v1/results')
export class ExportController {
  private readonly reader: FactReader;
  private running = 0;

  constructor(@Inject(FACT_READER) reader: FactReader) {
    this.reader = reader;
  }

  @Get('export')
  @Describe({
    summary: 'All results that are meant, as CSV, Parquet or an Arrow stream',
    description: `As they are known when it begins, or at asOf. At most ${MAX_EXPORTS} at once. An answer that breaks off is not whole.`,
    mediaType: 'application/octet-stream',
    refusals: { 429: 'EXPORTS_BUSY' },
  })
  export(@Query({ schema: exportQuery }) { format, ...query }: z.infer<typeof exportQuery>): StreamableFile {
    if (this.running >= MAX_EXPORTS) {
      const detail = `${MAX_EXPORTS} exports are under way, which is the limit: try again when one is done`;
      throw new ProblemError({ status: 429, code: 'EXPORTS_BUSY', detail });
    }
    const filter = filterOf(query);
    const stream = Readable.from(
      exportResults(this.reader, { ...filter, asOfUs: filter.asOfUs ?? Date.now() * 1000 }, format),
      { objectMode: false },
    );
    this.running += 1;
    stream.once('close', () => (this.running -= 1));
    return new StreamableFile(stream, {
      type: contentType[format],
      disposition: `attachment; filename="results.${format}"`,
    });
  }
}
