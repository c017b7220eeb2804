import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { retirement } from '@windlass/dag';
import { Caller, Describe, type Principal, Roles } from '@windlass/service';
import { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { changed, ifUnmoved, plan, removal, unmoved } from './answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const query = ifUnmoved.extend(removal.shape);

@Controller('v1/retirements')
export class RetirementsController {
  private readonly registry: DagRegistry;

  constructor(registry: DagRegistry) {
    this.registry = registry;
  }

  @Post()
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: 'Take processors (with their algorithms), algorithms and window types out of the DAG',
    description:
      'All or nothing. Refused with everything that would starve, each with the chain that shows it; with `force` that is retired too. ' +
      'A processor that starts again registers itself again: stop it first.',
    body: retirement,
    answer: z.union([changed, plan]),
    refusals: { 409: 'REVISION_MOVED, POLICIES_MOVED', 422: 'REFUSED' },
  })
  retire(
    @Body() body: unknown,
    @Query({ schema: query }) { plan: isPlan, ...rest }: z.infer<typeof query>,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    const author = authorOf(caller);
    if (isPlan === 'true') return this.registry.planRetirement(body, author);
    return answering(() => this.registry.retire(body, { author, ...unmoved(rest), ...why }));
  }
}
