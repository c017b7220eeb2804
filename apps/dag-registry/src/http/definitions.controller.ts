import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { definitions, definitionsJsonSchema } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import type { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { changed, ifRevision, plan } from './answers.ts';
import { jsonSchema } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';

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
  plan(@Body() body: unknown, @Caller() caller: Principal) {
    return this.registry.plan(body, authorOf(caller));
  }

  @Put()
  @Describe({
    summary: 'Apply a definitions file (as JSON)',
    description:
      'All or nothing. It adds and changes; what the file leaves out stays. GET /v1/definitions/schema describes the body.',
    body: definitions,
    answer: changed,
    refusals: { 409: 'REVISION_MOVED', 422: 'REFUSED' },
  })
  apply(
    @Body() body: unknown,
    @Query({ schema: ifRevision }) query: z.infer<typeof ifRevision>,
    @Caller() caller: Principal,
  ) {
    return answering(() => this.registry.apply(body, { author: authorOf(caller), ...query }));
  }

  @Get('schema')
  @Describe({ summary: 'JSON Schema of the definitions file', answer: jsonSchema })
  schema() {
    return definitionsJsonSchema();
  }
}
