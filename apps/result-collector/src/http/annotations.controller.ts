import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Caller, Describe, mayChange, ProblemError, type Principal } from '@windlass/service';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Annotation, AnnotationStore } from '../annotations.ts';
import { annotationAnswer, annotationBody, annotationQuery, annotationsAnswer, targetOf } from './annotation-json.ts';
import { idParameter, positionCursor, readPosition } from './query.ts';

export const ANNOTATION_STORE = Symbol('AnnotationStore');

type Answer = z.infer<typeof annotationAnswer>;

/** What people say of windows, results and sources. */
@Controller('v1/annotations')
export class AnnotationsController {
  private readonly store: AnnotationStore;

  constructor(@Inject(ANNOTATION_STORE) store: AnnotationStore) {
    this.store = store;
  }

  @Post()
  @HttpCode(201)
  @Describe({ summary: 'Say something of a window, a result or a source', status: 201, answer: annotationAnswer })
  async add(
    @Body({ schema: annotationBody }) body: z.infer<typeof annotationBody>,
    @Caller() { name: author, team }: Principal,
  ): Promise<Answer> {
    const annotation: Annotation = {
      id: randomUUID().replaceAll('-', ''),
      target: targetOf(body),
      text: body.text,
      labels: [...new Set(body.labels)],
      author,
      team,
      notedAtUs: Date.now() * 1000,
      withdrawn: null,
    };
    await this.store.add(annotation);
    return annotation as Answer;
  }

  @Get()
  @Describe({ summary: 'What was said, oldest first', answer: annotationsAnswer, refusals: { 400: 'BAD_CURSOR' } })
  async list(
    @Query({ schema: annotationQuery }) query: z.infer<typeof annotationQuery>,
  ): Promise<z.infer<typeof annotationsAnswer>> {
    const { window, result, source, from: fromUs, to: toUs, asOf: asOfUs, cursor, limit, label, withdrawn } = query;
    const position = cursor === undefined ? undefined : readPosition(cursor);
    const found = await this.store.find({
      ...{ fromUs, toUs, asOfUs, label, withdrawn },
      kind:
        window !== undefined ? 'WINDOW' : result !== undefined ? 'RESULT' : source !== undefined ? 'SOURCE' : undefined,
      id: window ?? result ?? source,
      after: position && { notedAtUs: position.us, id: position.id },
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      annotations: page as Answer[],
      nextCursor: last ? positionCursor({ us: last.notedAtUs, id: last.id }) : null,
    };
  }

  @Delete(':id')
  @Describe({
    summary: 'Say that an annotation no longer holds',
    description: 'It is kept, with who withdrew it and when.',
    answer: annotationAnswer,
    refusals: { 403: 'NOT_OWNER', 404: 'UNKNOWN_ANNOTATION', 409: 'ALREADY_WITHDRAWN' },
  })
  async withdraw(@Param('id', { schema: idParameter }) id: string, @Caller() caller: Principal): Promise<Answer> {
    const annotation = await this.store.get(id);
    if (!annotation)
      throw new ProblemError({ status: 404, code: 'UNKNOWN_ANNOTATION', detail: `there is no annotation ${id}` });
    if (!mayChange(caller, annotation.team)) {
      const detail = `annotation ${id} is of team ${annotation.team}: its authors and operators withdraw it`;
      throw new ProblemError({ status: 403, code: 'NOT_OWNER', detail });
    }
    const withdrawn = { by: caller.name, atUs: Date.now() * 1000 };
    if (!(await this.store.withdraw(id, withdrawn))) {
      const detail = `annotation ${id} was withdrawn before`;
      throw new ProblemError({ status: 409, code: 'ALREADY_WITHDRAWN', detail });
    }
    return { ...annotation, withdrawn } as Answer;
  }
}
