import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Caller, Describe, type Principal, Roles } from '@windlass/service';
import { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { changed, ifUnmoved, plan, removal, unmoved } from './answers.ts';
import { revision, revisions } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const revisionNumber = z.coerce.number().int().min(0);
const page = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });
const rollback = z.strictObject({
  to: z.int().min(1).describe('revision whose content becomes the next revision'),
  force: z.boolean().default(false).describe('give up work that is under way of what it takes out'),
});
const query = ifUnmoved.extend(removal.shape);

@Controller('v1/dag')
export class DagController {
  private readonly registry: DagRegistry;
  private readonly queries: RegistryQueries;

  constructor(registry: DagRegistry, queries: RegistryQueries) {
    this.registry = registry;
    this.queries = queries;
  }

  @Get()
  @Describe({ summary: 'The live DAG revision; number 0 before the first', answer: revision })
  live() {
    return this.queries.live();
  }

  @Get('revisions')
  @Describe({ summary: 'Revisions, newest first: number, by whom, when', answer: revisions })
  async revisions(@Query({ schema: page }) { limit }: z.infer<typeof page>) {
    return { revisions: await this.queries.revisions(limit) };
  }

  @Get('revisions/:number')
  @Describe({ summary: 'One revision', answer: revision, refusals: { 404: 'UNKNOWN_REVISION' } })
  revision(@Param('number', { schema: revisionNumber }) number: number) {
    return answering(() => this.queries.revision(number));
  }

  @Post('rollback')
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: "Make an earlier revision's content the next revision",
    answer: z.union([changed, plan]),
    refusals: { 404: 'UNKNOWN_REVISION', 409: 'REVISION_MOVED, POLICIES_MOVED', 422: 'REFUSED' },
  })
  rollback(
    @Body({ schema: rollback }) body: z.infer<typeof rollback>,
    @Query({ schema: query }) { plan: isPlan, ...rest }: z.infer<typeof query>,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    const author = authorOf(caller);
    return answering<unknown>(() =>
      isPlan === 'true'
        ? this.registry.planRollback(body, author)
        : this.registry.rollback(body, { author, ...unmoved(rest), ...why }),
    );
  }
}
