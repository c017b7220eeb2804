import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { definitions, definitionsJsonSchema } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { DagRegistry } from '../dag-registry.ts';
import { changed, ifUnmoved, plan, unmoved } from './answers.ts';
import { z } from 'zod';
import { jsonSchema } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const flag = z.enum(['true', 'false']).default('false');
const pruning = z.object({
  prune: flag.describe("take out window types and expected algorithms that are the file owner's and not in the file"),
  force: flag.describe('with them what then could never run, and work that is under way'),
});
const query = ifUnmoved.extend(pruning.shape);

const flags = ({ prune, force }: z.infer<typeof pruning>) => ({ prune: prune === 'true', force: force === 'true' });

@Controller('v1/definitions')
export class DefinitionsController {
  private readonly registry: DagRegistry;

  constructor(registry: DagRegistry) {
    this.registry = registry;
  }

  @Post('plan')
  @HttpCode(200)
  @Describe({
    summary: 'What applying a definitions file would change, and everything that is wrong with it',
    body: definitions,
    answer: plan,
  })
  plan(@Body() body: unknown, @Query({ schema: pruning }) query: z.infer<typeof pruning>, @Caller() caller: Principal) {
    return this.registry.plan(body, { author: authorOf(caller), ...flags(query) });
  }

  @Put()
  @Describe({
    summary: 'Apply a definitions file (as JSON)',
    description:
      'All or nothing. It adds and changes; what the file leaves out stays, unless `prune` is given. GET /v1/definitions/schema describes the body.',
    body: definitions,
    answer: changed,
    refusals: { 409: 'REVISION_MOVED, POLICIES_MOVED', 422: 'REFUSED' },
  })
  apply(
    @Body() body: unknown,
    @Query({ schema: query }) asked: z.infer<typeof query>,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    const options = { author: authorOf(caller), ...unmoved(asked), ...flags(asked), ...why };
    return answering(() => this.registry.apply(body, options));
  }

  @Get('schema')
  @Describe({ summary: 'JSON Schema of the definitions file', answer: jsonSchema })
  schema() {
    return definitionsJsonSchema();
  }
}
