import { Controller, Get } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import { RouterHolds } from '../holds.ts';

const answer = z.object({
  holds: z.array(
    z.object({
      kind: z.enum(['processor', 'algorithm', 'windowType']),
      name: z.string(),
      mode: z.enum(['PAUSE', 'DRAIN']),
      number: z.int(),
      sinceUs: z.int(),
      by: z.string(),
      why: z.string().nullable(),
      queued: z.int().describe('what waits for its end, of the partitions that this instance holds'),
      inFlight: z
        .int()
        .nullable()
        .describe('tasks that are under way and hold something of it, of these partitions; null: not counted yet'),
      drained: z.boolean().nullable().describe('of a drain: nothing of it is under way, in any partition'),
    }),
  ),
});

@Controller('v1/holds')
export class HoldsController {
  private readonly holds: RouterHolds;

  constructor(holds: RouterHolds) {
    this.holds = holds;
  }

  @Get()
  @Describe({ summary: 'What nothing is dispatched to, as this instance has heard of it, and how much waits', answer })
  async list(): Promise<z.infer<typeof answer>> {
    return { holds: await this.holds.list() };
  }
}
