import { Controller, Get } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import { RouterStage } from '../kafka/router.stage.ts';
import { queuesOf } from '../queues.ts';

const answer = z.object({
  queues: z.array(
    z.object({
      processor: z.string(),
      queued: z.int().describe('tasks that wait for credit'),
      inFlight: z.int().describe('tasks on the window topic or being worked on'),
      credit: z.int().describe('tasks that may be in flight, over all partitions held'),
    }),
  ),
});

@Controller('v1/queues')
export class QueuesController {
  private readonly stage: RouterStage;

  constructor(stage: RouterStage) {
    this.stage = stage;
  }

  @Get()
  @Describe({ summary: 'Queued and dispatched tasks of each processor, of the partitions this instance holds', answer })
  queues(): z.infer<typeof answer> {
    return { queues: queuesOf(this.stage.depths()) };
  }
}
