import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import type { ProblemItem } from '../errors.ts';

/** As the OpenAPI document tells it. */
export const problemSchema = z
  .object({
    type: z.string().describe('a URN of the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('what was wrong and what would be right'),
    code: z.string().describe('stable; what a program decides by'),
    problems: z
      .array(z.looseObject({ path: z.string(), message: z.string(), code: z.string().optional() }))
      .optional()
      .describe('everything that is wrong, when it is more than one thing'),
  })
  .describe('RFC 9457');

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; what a program decides by. */
  readonly code: string;
  /** Everything that is wrong, when it is more than one thing. */
  readonly problems?: readonly ProblemItem[];
}

/** An answer that is a refusal. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly ProblemItem[] | undefined;
  readonly retryable: boolean;

  constructor({
    status,
    code,
    detail,
    problems,
  }: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly problems?: readonly ProblemItem[];
  }) {
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.retryable = status >= 500;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'Our mistake',
  503: 'Not now',
};

const codes: Readonly<Record<number, string>> = {
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

const problem = ({ status, code, detail, problems }: Omit<Problem, 'type' | 'title'>): Problem => ({
  type: `urn:windlass:problem:${code.toLowerCase()}`,
  title: titles[status] ?? 'Refused',
  status,
  detail,
  code,
  ...(problems ? { problems } : {}),
});

interface TypedError {
  readonly code: string;
  readonly retryable: boolean;
  readonly message: string;
}

const isTyped = (error: unknown): error is TypedError =>
  error instanceof Error &&
  'code' in error &&
  'retryable' in error &&
  typeof error.code === 'string' &&
  typeof error.retryable === 'boolean';

/**
 * What to answer to an error. A typed error that a retry cannot mend is the caller's (400), one that it can is the world's (503);
 * anything else is ours (500), and says nothing about our insides.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) {
    return problem({
      status: error.status,
      code: error.code,
      detail: error.message,
      ...(error.problems ? { problems: error.problems } : {}),
    });
  }
  if (isTyped(error)) return problem({ status: error.retryable ? 503 : 400, code: error.code, detail: error.message });
  const status = error instanceof HttpException ? error.getStatus() : clientErrorStatus(error);
  if (status !== undefined && status < 500) {
    return problem({ status, code: codes[status] ?? 'BAD_REQUEST', detail: (error as Error).message });
  }
  return problem({ status: 500, code: 'INTERNAL', detail: 'the request failed; the log has the reason' });
}

/** Fastify's own refusals: body too large, malformed JSON, unknown content type. */
function clientErrorStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
