import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Caller, Describe, mayChange, type Principal, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import { MAX_RUNS, RunCommands, type SelectedRun, type Selection } from '../commands/run-commands.ts';
import { PostgresRunCommandStore } from '../postgres/postgres-run-command-store.ts';
import { answerCommand, commandAnswer, commandBody, commandId, commandsAnswer, wouldAnswer } from './runs-json.ts';

type CommandBody = z.infer<typeof commandBody>;

/** Commands that one answer lists. */
const LISTED = 200;

@Controller('v1/runs/commands')
export class RunsController {
  private readonly runs: RunCommands;
  private readonly store: PostgresRunCommandStore;

  constructor(runs: RunCommands, store: PostgresRunCommandStore) {
    this.runs = runs;
    this.store = store;
  }

  @Post()
  @HttpCode(202)
  @Describe({
    status: 202,
    summary: 'Retry, cancel or skip runs',
    description:
      'Kept when answered; the owner of each partition follows it soon and once. An author may change what their team owns. ' +
      'A single run that is in a state where it makes no sense is refused; of several only those are meant where it does.',
    answer: commandAnswer,
    refusals: {
      403: 'NOT_OWNER',
      404: 'UNKNOWN_EXECUTION, NOTHING_FAILED',
      409: 'RUN_NOT_OVER, RUN_SUCCEEDED, RUN_IS_OVER, RUN_SUPERSEDED, WINDOW_WITHDRAWN, WINDOW_SETTLED',
      422: 'ALGORITHM_RETIRED, TOO_MANY_RUNS, ONLY_RETRY',
    },
  })
  async command(
    @Body({ schema: commandBody }) body: CommandBody,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof commandAnswer>> {
    const known = body.commandId === undefined ? [] : await this.runs.find(body.commandId);
    if (known.length > 0 && !body.dryRun) return answerCommand(known);
    const selected = await this.runs.select(body.action, selectionOf(body));
    const meant = refuseWhatCannot(body, selected);
    refuseForeign(meant, caller);
    const { action, why = null } = body;
    const said = { action, by: caller.name, why, askedUs: Date.now() * 1000 };
    if (body.dryRun)
      return { commandId: null, action, by: said.by, why, askedAtUs: said.askedUs, runs: meant.map(wouldAnswer) };
    return answerCommand(await this.runs.ask({ commandId: body.commandId ?? randomUUID(), ...said }, meant));
  }

  @Get()
  @Describe({ summary: `The last ${LISTED} commands: who asked for what, and why`, answer: commandsAnswer })
  async list(): Promise<z.infer<typeof commandsAnswer>> {
    const commands = await this.store.list(LISTED);
    return { commands: commands.map(({ askedUs, ...command }) => ({ ...command, askedAtUs: askedUs })) };
  }

  @Get(':id')
  @Describe({
    summary: 'A command, and what came of it for each run',
    answer: commandAnswer,
    refusals: { 404: 'UNKNOWN_COMMAND' },
  })
  async find(@Param('id', { schema: commandId }) id: string): Promise<z.infer<typeof commandAnswer>> {
    const runs = await this.runs.find(id);
    if (runs.length === 0) throw refusal(404, 'UNKNOWN_COMMAND', `there is no command ${id} of the last 90 days`);
    return answerCommand(runs);
  }
}

function selectionOf({ action, runs }: CommandBody): Selection {
  if (!('failed' in runs)) return runs;
  if (action !== 'retry')
    throw refusal(422, 'ONLY_RETRY', `what failed is over, so it can only be retried, not ${action}ed: name one run`);
  const { source = null, algorithm, fromUs, toUs } = runs;
  return { source, algorithm, fromUs, toUs };
}

function refuseWhatCannot({ runs }: CommandBody, selected: readonly SelectedRun[]): readonly SelectedRun[] {
  if (selected.length > MAX_RUNS)
    throw refusal(
      422,
      'TOO_MANY_RUNS',
      `more than ${MAX_RUNS} runs are meant; ask for a shorter time, or for one source`,
    );
  if ('failed' in runs) {
    const meant = selected.filter((one) => one.refusal === null);
    if (meant.length > 0) return meant;
    throw refusal(404, 'NOTHING_FAILED', `the router holds no run of ${runs.algorithm} that failed in that time`);
  }
  const [first] = selected;
  if (!first) {
    const what =
      'executionId' in runs ? `execution ${runs.executionId}` : `${runs.algorithm} on window ${runs.windowId}`;
    const detail = `the router holds no ${what} of ${runs.source}: it never was, a later run followed it, or its window cannot change any more`;
    throw refusal(404, 'UNKNOWN_EXECUTION', detail);
  }
  const refused = selected.find((one) => one.refusal !== null)?.refusal;
  if (refused) throw refusal(refused.code === 'ALGORITHM_RETIRED' ? 422 : 409, refused.code, refused.message);
  return selected;
}

function refuseForeign(selected: readonly SelectedRun[], caller: Principal): void {
  const foreign = selected.find(({ owner }) => !mayChange(caller, owner ?? ''));
  if (!foreign) return;
  const { execution, owner } = foreign;
  throw refusal(
    403,
    'NOT_OWNER',
    `${execution.algorithm} is owned by ${owner ?? 'nobody'}; ${caller.name} is of ${caller.team}`,
  );
}

const refusal = (status: number, code: string, detail: string): ProblemError =>
  new ProblemError({ status, code, detail });
