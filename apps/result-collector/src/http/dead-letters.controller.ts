import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Caller, Describe, ProblemError, Roles, type Principal } from '@windlass/service';
import type { z } from 'zod';
import type { RecordDecoder } from '../kafka/record-decoder.ts';
import type { DeadLetters, Order } from '../rejected/dead-letters.ts';
import type { RejectedStore } from '../rejected/ports.ts';
import {
  answerBytes,
  answerDeadLetter,
  answerSettled,
  deadLetterAnswer,
  deadLettersAnswer,
  deadLettersQuery,
  dropBody,
  dropManyBody,
  idParameter,
  progressCursor,
  readProgress,
  redriveBody,
  redriveManyBody,
  settledAnswer,
  shownDeadLetter,
} from './rejected-json.ts';

export const REJECTED_STORE = Symbol('RejectedStore');
export const RECORD_DECODER = Symbol('RecordDecoder');
export const DEAD_LETTERS = Symbol('DeadLetters');

type Many = z.infer<typeof redriveManyBody> | z.infer<typeof dropManyBody>;

const REDRIVE_REFUSALS = {
  404: 'UNKNOWN_DEAD_LETTER',
  409: 'ALREADY_REDRIVEN, ALREADY_DROPPED, LATE_AGAIN, NOT_REDRIVABLE, REDRIVE_REFUSED',
  503: 'KAFKA_UNAVAILABLE',
};

/** Records that somebody could not use, and what is done about them. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  private readonly store: RejectedStore;
  private readonly decoder: RecordDecoder;
  private readonly deadLetters: DeadLetters;

  constructor(
    @Inject(REJECTED_STORE) store: RejectedStore,
    @Inject(RECORD_DECODER) decoder: RecordDecoder,
    @Inject(DEAD_LETTERS) deadLetters: DeadLetters,
  ) {
    this.store = store;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
  }

  @Get()
  @Describe({
    summary: 'Dead letters, in the order in which they came, a page at a time',
    answer: deadLettersAnswer,
    refusals: { 400: 'BAD_CURSOR' },
  })
  async list(
    @Query({ schema: deadLettersQuery }) query: z.infer<typeof deadLettersQuery>,
  ): Promise<z.infer<typeof deadLettersAnswer>> {
    const { from: fromUs, to: toUs, cursor, limit, ...rest } = query;
    const after = cursor === undefined ? undefined : readProgress(cursor).after;
    const found = await this.store.find({ ...rest, fromUs, toUs, keptOn: 'dlq', after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      deadLetters: page.map(answerDeadLetter),
      nextCursor: last ? progressCursor({ after: last.seq, upTo: 0 }) : null,
    };
  }

  @Get(':id')
  @Describe({
    summary: 'A dead letter with its original bytes',
    answer: shownDeadLetter,
    refusals: { 404: 'UNKNOWN_DEAD_LETTER' },
  })
  async show(@Param('id', { schema: idParameter }) id: string): Promise<z.infer<typeof shownDeadLetter>> {
    const kept = await this.store.get(id);
    if (kept?.rejected.keptOn !== 'dlq') throw unknown(id);
    return { ...answerDeadLetter(kept), ...answerBytes(kept, await this.decoder.decode(kept.rejected)) };
  }

  @Post('redrive')
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: 'Send open dead letters again, in the order in which they came, a round at a time',
    description:
      'None of those that are refused after the first round: one that fails again is not sent again by the same command. With `nextCursor` as `cursor` the next round follows.',
    answer: settledAnswer,
    refusals: { 400: 'BAD_CURSOR', 409: 'REDRIVE_REFUSED', 503: 'KAFKA_UNAVAILABLE' },
  })
  redriveMany(
    @Body({ schema: redriveManyBody }) body: z.infer<typeof redriveManyBody>,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof settledAnswer>> {
    return this.settleMany(body, orderOf('REDRIVEN', caller, body));
  }

  @Post('drop')
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: 'Say of open dead letters that nothing will be done about them, a round at a time',
    description: 'Their records stay on the dead-letter topic.',
    answer: settledAnswer,
    refusals: { 400: 'BAD_CURSOR' },
  })
  dropMany(
    @Body({ schema: dropManyBody }) body: z.infer<typeof dropManyBody>,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof settledAnswer>> {
    return this.settleMany(body, orderOf('DROPPED', caller, body));
  }

  @Post(':id/redrive')
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: 'Send a dead letter again, to the topic that it came from',
    description:
      'With its key, bytes and headers; how often, when, by whom and from where it was sent again is in its headers.',
    answer: deadLetterAnswer,
    refusals: REDRIVE_REFUSALS,
  })
  redrive(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: redriveBody }) body: z.infer<typeof redriveBody>,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof deadLetterAnswer>> {
    return this.settleOne(id, orderOf('REDRIVEN', caller, body));
  }

  @Post(':id/drop')
  @HttpCode(200)
  @Roles('operator')
  @Describe({
    summary: 'Say of a dead letter that nothing will be done about it',
    description: 'Its record stays on the dead-letter topic.',
    answer: deadLetterAnswer,
    refusals: { 404: 'UNKNOWN_DEAD_LETTER', 409: 'ALREADY_REDRIVEN, ALREADY_DROPPED' },
  })
  drop(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: dropBody }) body: z.infer<typeof dropBody>,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof deadLetterAnswer>> {
    return this.settleOne(id, orderOf('DROPPED', caller, body));
  }

  private async settleOne(id: string, order: Order): Promise<z.infer<typeof deadLetterAnswer>> {
    const settled = await this.deadLetters.one(id, order);
    if (!settled) throw unknown(id);
    const { kept, refused } = settled;
    if (refused) throw new ProblemError({ status: 409, code: refused.code, detail: refused.message });
    return answerDeadLetter(kept);
  }

  private async settleMany(body: Many, order: Order): Promise<z.infer<typeof settledAnswer>> {
    const { topic, reason, source, from: fromUs, to: toUs, cursor } = body;
    const progress = cursor === undefined ? undefined : readProgress(cursor);
    const { settled, next } = await this.deadLetters.all({ topic, reason, source, fromUs, toUs }, order, progress);
    return answerSettled(settled, next);
  }
}

function orderOf(
  kind: Order['kind'],
  { name: by }: Principal,
  { why, dryRun, again = false }: { readonly why: string | null; readonly dryRun: boolean; readonly again?: boolean },
): Order {
  return { kind, by, why, atUs: Date.now() * 1000, again, isDry: dryRun };
}

const unknown = (id: string): ProblemError =>
  new ProblemError({
    status: 404,
    code: 'UNKNOWN_DEAD_LETTER',
    detail: `there is no dead letter ${id}; GET /v1/dead-letters lists those that there are`,
  });
