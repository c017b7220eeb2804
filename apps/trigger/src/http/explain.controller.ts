import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { refOf } from '@windlass/dag';
import { Describe, ProblemError } from '@windlass/service';
import { explainAbsence, explainWindow, lifeOf, lineOf, reachOf } from '@windlass/windowing';
import type { z } from 'zod';
import type { JournalReader, KeptReader, Registry, SourceReader } from '../ports.ts';
import {
  answerAbsence,
  answerWindowExplanation,
  explainAbsenceAnswer,
  explainAbsenceQuery,
  explainWindowAnswer,
  explainWindowQuery,
} from './explain-json.ts';
import { findWindow } from './find-window.ts';
import { signalsOfWindow, windowIdParameter, windowSignalsAnswer, windowSignalsQuery } from './kept-json.ts';

export const EXPLAIN_PARTS = Symbol('ExplainParts');

export interface ExplainParts {
  readonly reader: SourceReader;
  readonly journal: JournalReader;
  readonly kept: KeptReader;
  readonly registry: Registry;
}

/** Of one window, or of one that is not there. */
@Controller('v1/windows')
export class ExplainController {
  private readonly parts: ExplainParts;

  constructor(@Inject(EXPLAIN_PARTS) parts: ExplainParts) {
    this.parts = parts;
  }

  @Get('explain')
  @Describe({
    summary: 'Why a source has no window of a type around a time',
    description: 'Or that it has one. By what the trigger still remembers, and by its journal.',
    answer: explainAbsenceAnswer,
    refusals: { 503: 'REGISTRY_NOT_READ' },
  })
  async absence(
    @Query({ schema: explainAbsenceQuery }) query: z.infer<typeof explainAbsenceQuery>,
  ): Promise<z.infer<typeof explainAbsenceAnswer>> {
    const { type: windowType, source: name, at: timeUs } = query;
    const { reader, journal } = this.parts;
    const registry = this.readyRegistry();
    const source = registry.source(name);
    const plan = registry.planOf(source);
    const known = registry.windowTypes.find((one) => refOf(one) === windowType);
    const reachUs = known ? reachOf(known) : 0;
    const [state, drops, ...histories] = await Promise.all([
      reader.one(name),
      journal.drops({ source: name, fromUs: timeUs - reachUs, toUs: timeUs + reachUs + 1 }),
      ...lineOf(plan, windowType).map(
        async (ref) => [ref, await journal.windowsBefore({ source: name, windowType: ref, timeUs })] as const,
      ),
    ]);
    const explained = explainAbsence({
      source,
      isDeclared: registry.isDeclared(name),
      windowTypes: registry.windowTypes,
      plan,
      windowType,
      timeUs,
      state,
      histories: new Map(histories),
      drops,
      nowUs: Date.now() * 1000,
    });
    return answerAbsence(query, explained);
  }

  @Get(':id/explain')
  @Describe({
    summary: 'Why a window opened, why it fired or has not, and what was dropped of its time',
    answer: explainWindowAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW', 503: 'REGISTRY_NOT_READ' },
  })
  async window(
    @Param('id', { schema: windowIdParameter }) windowId: string,
    @Query({ schema: explainWindowQuery }) { source: given }: z.infer<typeof explainWindowQuery>,
  ): Promise<z.infer<typeof explainWindowAnswer>> {
    const registry = this.readyRegistry();
    const found = await findWindow(this.parts, { windowId, source: given });
    const { source, window, state, history } = found;
    const drops = await this.parts.journal.drops({ source, fromUs: window.startUs, toUs: window.endUs });
    const known = registry.source(source);
    const about = { windowId, source, plan: registry.planOf(known), life: lifeOf(known) };
    const explained = explainWindow({ ...about, state, history, drops, nowUs: Date.now() * 1000 });
    return answerWindowExplanation(source, explained!);
  }

  @Get(':id/signals')
  @Describe({
    summary: 'The kept signals of a window, a page at a time',
    description:
      'All of them, also those that its panes had no room for, as long as they are retained. The page says whether some have been deleted.',
    answer: windowSignalsAnswer,
    refusals: { 404: 'UNKNOWN_WINDOW', 409: 'KEEPS_NO_SIGNALS', 503: 'REGISTRY_NOT_READ' },
  })
  async signals(
    @Param('id', { schema: windowIdParameter }) windowId: string,
    @Query({ schema: windowSignalsQuery }) query: z.infer<typeof windowSignalsQuery>,
  ): Promise<z.infer<typeof windowSignalsAnswer>> {
    const registry = this.readyRegistry();
    const found = await findWindow(this.parts, { windowId, source: query.source });
    const plan = registry.planOf(registry.source(found.source)).byRef.get(found.window.windowType) ?? null;
    if (plan && !plan.type.keepSignals)
      throw new ProblemError({
        status: 409,
        code: 'KEEPS_NO_SIGNALS',
        detail: `${plan.ref} keeps no signals; from the moment it has keepSignals in the definitions, it does`,
      });
    const { kept, reader } = this.parts;
    return signalsOfWindow({ kept, reader, found, plan, query });
  }

  private readyRegistry(): Registry {
    const { registry } = this.parts;
    if (registry.isReady) return registry;
    throw new ProblemError({
      status: 503,
      code: 'REGISTRY_NOT_READ',
      detail: 'window types are not known yet: the registry is being read; ask again in a moment',
    });
  }
}
