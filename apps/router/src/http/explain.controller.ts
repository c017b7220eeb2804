import { Controller, Get, Param, Query } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import type { z } from 'zod';
import { RunExplainer } from '../explain.ts';
import { answerExplained, explainId, explainQuery, explainRunAnswer, explainRunsAnswer } from './explain-json.ts';

/** Of the runs on a window, or of one run. */
@Controller('v1')
export class ExplainController {
  private readonly explainer: RunExplainer;

  constructor(explainer: RunExplainer) {
    this.explainer = explainer;
  }

  @Get('windows/:id/explain')
  @Describe({
    summary: 'Which algorithms ran on a window, which wait and on what, which did not succeed and why',
    description: 'By what was last committed, of windows that can still change or be retried.',
    answer: explainRunsAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW' },
  })
  async window(
    @Param('id', { schema: explainId }) id: string,
    @Query({ schema: explainQuery }) { source }: z.infer<typeof explainQuery>,
  ): Promise<z.infer<typeof explainRunsAnswer>> {
    const windows = await this.explainer.ofWindow(source, id);
    if (windows.length > 0) return { windows: windows.map(answerExplained) };
    throw unknown(
      'UNKNOWN_WINDOW',
      `the router holds no window ${id} of ${source}: it never fired, or cannot change any more`,
    );
  }

  @Get('runs/:id/explain')
  @Describe({
    summary: 'What happened to an execution, its failed attempts, and what it waits on',
    description: 'An earlier run whose verdict stands is explained together with the one that follows it.',
    answer: explainRunAnswer,
    refusals: { 404: 'UNKNOWN_EXECUTION' },
  })
  async run(
    @Param('id', { schema: explainId }) id: string,
    @Query({ schema: explainQuery }) { source }: z.infer<typeof explainQuery>,
  ): Promise<z.infer<typeof explainRunAnswer>> {
    const explained = await this.explainer.ofRun(source, id);
    if (explained) return answerExplained(explained);
    throw unknown(
      'UNKNOWN_EXECUTION',
      `the router holds no execution ${id} of ${source}: it never was, later runs followed it, or its window cannot change any more`,
    );
  }
}

const unknown = (code: string, detail: string): ProblemError => new ProblemError({ status: 404, code, detail });
