import { Controller, Get, Inject } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import type { OpenWindowReader } from '../ports.ts';

export const OPEN_WINDOW_READER = Symbol('OpenWindowReader');

const answer = z.object({
  windowTypes: z.array(z.object({ windowType: z.string(), open: z.int().describe('windows that may still change') })),
});

@Controller('v1/open-windows')
export class OpenWindowsController {
  private readonly reader: OpenWindowReader;

  constructor(@Inject(OPEN_WINDOW_READER) reader: OpenWindowReader) {
    this.reader = reader;
  }

  @Get()
  @Describe({
    summary: 'How many windows of each type may still change, of the whole hub',
    description: 'Counted along, so that it costs nothing to ask. Types that have none are left out.',
    answer,
  })
  async counts(): Promise<z.infer<typeof answer>> {
    const counts = [...(await this.reader.counts())].filter(([, open]) => open > 0);
    return {
      windowTypes: counts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([windowType, open]) => ({ windowType, open })),
    };
  }
}
