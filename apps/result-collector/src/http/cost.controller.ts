import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { z } from 'zod';
import { costKeys, groupCost, type CostReader, type Teams } from '../cost.ts';
import { ref, time } from './query.ts';

export const COST_READER = Symbol('CostReader');
export const TEAMS = Symbol('Teams');

const DAY_US = 86_400_000_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 400;
const MAX_ROWS = 10_000;

const keys = z
  .string()
  .default('algorithm')
  .transform((text) => text.split(',').map((key) => key.trim()))
  .pipe(z.array(z.enum(costKeys)).min(1))
  .describe(`what is told apart, comma separated: ${costKeys.join(', ')}`);

const costQuery = z.strictObject({
  by: keys,
  per: z.enum(['day', 'total']).default('day').describe('day: UTC'),
  from: time.optional().describe(`known from (inclusive); default: ${DEFAULT_DAYS} days before to`),
  to: time.optional().describe('known to (exclusive); default: now'),
  windowType: ref.optional().describe('name@version'),
  algorithm: ref.optional().describe('name@version'),
});

const counted = z.number().int();

const costAnswer = z.object({
  fromUs: counted,
  toUs: counted,
  cost: z.array(
    z.object({
      day: z.string().optional(),
      algorithm: z.string().optional(),
      processor: z.string().optional(),
      team: z.string().nullable().optional().describe('null: no DAG revision names the processor'),
      windowType: z.string().optional(),
      policyRevision: counted.optional(),
      lane: z.enum(['LIVE', 'REPLAY', 'TRY']).optional(),
      executions: counted,
      attempts: counted,
      cpuMs: z.number().describe('of those that were measured'),
      unmeasured: counted.describe('executions whose processor could not tell its CPU time'),
      resultBytes: counted.describe('encoded bytes of results'),
      reruns: counted.describe('executions that were done because a pane or an input was revised'),
      lateReruns: counted.describe('those of them of a pane that fired late'),
    }),
  ),
});

@Controller('v1/cost')
export class CostController {
  private readonly reader: CostReader;
  private readonly teams: Teams;

  constructor(@Inject(COST_READER) reader: CostReader, @Inject(TEAMS) teams: Teams) {
    this.reader = reader;
    this.teams = teams;
  }

  @Get()
  @Describe({
    summary: 'What the work took, by day and by algorithm, processor, team, window type, policy or lane',
    description:
      'By the time at which outcomes became known. What was skipped or cancelled before it began is no work. Reads all outcomes of the time that is asked for.',
    answer: costAnswer,
    refusals: { 400: 'SPAN_TOO_LONG', 422: 'TOO_MANY_ROWS' },
  })
  async cost(
    @Query({ schema: costQuery }) { by, per, from, to, ...filter }: z.infer<typeof costQuery>,
  ): Promise<z.infer<typeof costAnswer>> {
    const toUs = to ?? Date.now() * 1000;
    const fromUs = from ?? toUs - DEFAULT_DAYS * DAY_US;
    if (toUs - fromUs > MAX_DAYS * DAY_US) {
      const detail = `from and to are more than ${MAX_DAYS} days apart, which is the limit`;
      throw new ProblemError({ status: 400, code: 'SPAN_TOO_LONG', detail });
    }
    const rows = await this.reader.cost({ fromUs, toUs, ...filter });
    const cost = groupCost(rows, { by, perDay: per === 'day', teams: this.teams });
    if (cost.length > MAX_ROWS) {
      const detail = `the answer has ${cost.length} rows, the limit is ${MAX_ROWS}: ask for a shorter time, or tell less apart`;
      throw new ProblemError({ status: 422, code: 'TOO_MANY_ROWS', detail });
    }
    return { fromUs, toUs, cost };
  }
}
