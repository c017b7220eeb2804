import { Controller, Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FactReader } from '../ports.ts';
import { idParameter } from './query.ts';
import { FACT_READER } from './results.controller.ts';

const valueQuery = z.strictObject({
  window: idParameter.describe('window that the result is about'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
    .optional()
    .describe('of the bytes; others are refused'),
});

/** Results that travel by reference: whoever works on a task fetches them here. */
@Controller('v1/results')
export class ValuesController {
  private readonly reader: FactReader;

  constructor(@Inject(FACT_READER) reader: FactReader) {
    this.reader = reader;
  }

  @Get(':executionId/value')
  @Describe({
    summary: 'The bytes of one result, as they came',
    description:
      'Avro of the record Value (schemas/results), without a header. 404 also while the outcome is still on its way.',
    mediaType: 'application/octet-stream',
    refusals: { 404: 'UNKNOWN_RESULT', 409: 'RESULT_DIFFERS' },
  })
  async value(
    @Param('executionId', { schema: idParameter }) executionId: string,
    @Query({ schema: valueQuery }) { window: windowId, sha256 }: z.infer<typeof valueQuery>,
  ): Promise<StreamableFile> {
    const bytes = await this.reader.value({ windowId, executionId });
    if (!bytes) {
      const detail = `no result of execution ${executionId} on window ${windowId} is stored, or none is stored yet`;
      throw new ProblemError({ status: 404, code: 'UNKNOWN_RESULT', detail });
    }
    const stored = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== undefined && stored !== sha256) {
      const detail = `the result of execution ${executionId} that is stored has SHA-256 ${stored}, asked was ${sha256}: it is of another hub, or of other data`;
      throw new ProblemError({ status: 409, code: 'RESULT_DIFFERS', detail });
    }
    return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
  }
}
