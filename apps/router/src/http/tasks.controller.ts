import { Controller, Get } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { z } from 'zod';
import { PostgresWindowStore } from '../postgres/postgres-window-store.ts';

const answer = z.object({
  tasks: z.array(
    z.object({
      processor: z.string(),
      windowType: z.string(),
      queued: z.int().describe('that wait for credit'),
      inFlight: z.int().describe('on the window topic or being worked on'),
    }),
  ),
});

@Controller('v1/tasks')
export class TasksController {
  private readonly store: PostgresWindowStore;

  constructor(store: PostgresWindowStore) {
    this.store = store;
  }

  @Get()
  @Describe({
    summary: 'Tasks that are queued or under way, by processor and window type, of the whole hub',
    description: 'As last committed, by any instance. What has none is left out.',
    answer,
  })
  async tasks(): Promise<z.infer<typeof answer>> {
    return { tasks: [...(await this.store.tasks())] };
  }
}
