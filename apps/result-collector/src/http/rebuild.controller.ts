import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Describe, Roles } from '@windlass/service';
import { z } from 'zod';

export const REBUILD = Symbol('Rebuild');

/** Makes the store anew. */
export interface Rebuild {
  begin(): Promise<void>;
}

const rebuildAnswer = z.object({ accepted: z.literal(true) });

@Controller('v1/results')
export class RebuildController {
  private readonly rebuild: Rebuild;

  constructor(@Inject(REBUILD) rebuild: Rebuild) {
    this.rebuild = rebuild;
  }

  @Post('rebuild')
  @HttpCode(202)
  @Roles('operator')
  @Describe({
    summary: 'Empty the store, and fill it again from the topics',
    description: 'What the topics no longer hold is gone. Annotations stay. Streams are told to begin anew.',
    status: 202,
    answer: rebuildAnswer,
  })
  async begin(): Promise<z.infer<typeof rebuildAnswer>> {
    await this.rebuild.begin();
    return { accepted: true };
  }
}
