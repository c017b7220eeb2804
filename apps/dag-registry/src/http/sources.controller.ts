import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { sourceDefinition } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { changed } from './answers.ts';
import { source, sourcePage } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const page = z.object({
  after: z.string().max(100).default('').describe('name to continue after'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  kind: z.string().max(100).optional(),
});
const bulk = z.strictObject({
  owner: z.string().optional().describe('of sources that name none'),
  sources: z.array(z.unknown()).describe('as in the definitions file'),
});

@Controller('v1/sources')
export class SourcesController {
  private readonly registry: DagRegistry;
  private readonly queries: RegistryQueries;

  constructor(registry: DagRegistry, queries: RegistryQueries) {
    this.registry = registry;
    this.queries = queries;
  }

  @Get()
  @Describe({ summary: 'Declared sources by name, a page at a time', answer: sourcePage })
  list(@Query({ schema: page }) { kind, ...rest }: z.infer<typeof page>) {
    return this.queries.sources({ ...rest, ...(kind !== undefined && { kind }) });
  }

  @Get(':name')
  @Describe({ summary: 'One declared source', answer: source, refusals: { 404: 'UNKNOWN_SOURCE' } })
  one(@Param('name') name: string) {
    return answering(() => this.queries.source(name));
  }

  @Put()
  @Describe({
    summary: 'Declare or change sources, up to 100,000 at once; others stay',
    body: bulk.extend({ sources: z.array(sourceDefinition) }),
    answer: changed,
    refusals: { 422: 'REFUSED' },
  })
  put(@Body({ schema: bulk }) body: z.infer<typeof bulk>, @Caller() caller: Principal, @Why() why: Reason) {
    return answering(() => this.registry.apply(body, { author: authorOf(caller), ...why, kind: 'SOURCES' }));
  }
}
