import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { type Hold, HOLDABLE } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { z } from 'zod';
import { RegistryHolds } from '../holding.ts';
import { hold } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why, WHY_MAX } from './why.ts';

const kindParameter = z.enum(HOLDABLE);
const body = z.strictObject({
  mode: z.enum(['PAUSE', 'DRAIN']).describe('DRAIN: also told when nothing of it is under way'),
  why: z.string().max(WHY_MAX).optional().describe('kept in the audit; the header windlass-why says it too'),
});

const holding = z.object({
  changed: z.boolean().describe('false: it was so already'),
  hold: hold.nullable().describe('null: nothing holds it'),
});

@Controller('v1/holds')
export class HoldsController {
  private readonly holds: RegistryHolds;

  constructor(holds: RegistryHolds) {
    this.holds = holds;
  }

  @Get()
  @Describe({
    summary: 'What nothing is dispatched to, since when, by whom and why',
    answer: z.object({ holds: z.array(hold) }),
  })
  async list(): Promise<{ holds: readonly Hold[] }> {
    return { holds: await this.holds.list() };
  }

  @Put(':kind/:name')
  @Describe({
    summary: 'Pause or drain a processor, an algorithm or a window type',
    description: 'At once, for open windows too. What is under way goes on to its end, what becomes ready waits.',
    answer: holding,
    refusals: { 422: 'REFUSED' },
  })
  hold(
    @Param('kind', { schema: kindParameter }) kind: z.infer<typeof kindParameter>,
    @Param('name') name: string,
    @Body({ schema: body }) { mode, why: said }: z.infer<typeof body>,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    const options = { author: authorOf(caller), ...why, ...(said !== undefined && { why: said }) };
    return answering(() => this.holds.set({ kind, name }, mode, options));
  }

  @Delete(':kind/:name')
  @Describe({
    summary: 'Resume: what waited goes on in its order',
    answer: holding,
    refusals: { 422: 'REFUSED' },
  })
  resume(
    @Param('kind', { schema: kindParameter }) kind: z.infer<typeof kindParameter>,
    @Param('name') name: string,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    return answering(() => this.holds.set({ kind, name }, null, { author: authorOf(caller), ...why }));
  }
}
