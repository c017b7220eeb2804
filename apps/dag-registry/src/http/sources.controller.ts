import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { sourceDefinition } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { changed } from './answers.ts';
import { source, sourceHistory, sourcePage } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const LABEL = /^([a-z][a-z0-9-]*)=(.*)$/;

const at = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text) * 1000)
  .optional()
  .describe('event time of which it is asked, ISO 8601 with offset; default: now');
const page = z.object({
  after: z.string().max(100).default('').describe('name to continue after'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  kind: z.string().max(100).optional(),
  group: z.string().max(100).optional(),
  parent: z.string().max(100).optional().describe('part of this one itself'),
  label: z
    .string()
    .max(301)
    .regex(LABEL, 'a label and its value, for instance site=north')
    .transform((text) => {
      const [, name, value] = LABEL.exec(text)!;
      return { name: name!, value: value! };
    })
    .optional()
    .describe('for instance `site=north`'),
  declared: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('`false`: only those that have sent a signal and that nobody has declared'),
  at,
});
const one = z.object({ at });
const history = z.object({
  before: z.coerce.number().int().min(1).default(2_147_483_647).describe('number to continue before'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
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
  @Describe({
    summary: 'Sources by name, a page at a time; filters look at what is said of them last',
    answer: sourcePage,
  })
  list(@Query({ schema: page }) { at: atUs, ...query }: z.infer<typeof page>) {
    return this.queries.sources({ ...query, ...(atUs !== undefined && { atUs }) });
  }

  @Get(':name')
  @Describe({ summary: 'One source, as it was at a time', answer: source, refusals: { 404: 'UNKNOWN_SOURCE' } })
  one(@Param('name') name: string, @Query({ schema: one }) { at: atUs }: z.infer<typeof one>) {
    return answering(() => this.queries.source(name, atUs));
  }

  @Get(':name/history')
  @Describe({
    summary: 'What a source was, from when to when; and every change of it, newest first',
    answer: sourceHistory,
    refusals: { 404: 'UNKNOWN_SOURCE' },
  })
  history(@Param('name') name: string, @Query({ schema: history }) query: z.infer<typeof history>) {
    return answering(() => this.queries.sourceHistory(name, query));
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
