import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ProblemError } from '@windlass/service';
import type { ChangeOptions } from '../change-options.ts';

/** What is said about a change. */
export type Reason = Pick<ChangeOptions, 'why'>;

/** Characters of it. */
export const WHY_MAX = 1_000;
const HEADER = 'windlass-why';

/**
 * Why a change is made, from the header `windlass-why`, as a part of the options of the change. Headers are ASCII: other characters come
 * percent-encoded (UTF-8); a text that is no such encoding is taken as it is.
 */
export const Why = createParamDecorator((_: unknown, context: ExecutionContext): Reason => {
  const { headers } = context.switchToHttp().getRequest<{ readonly headers: Readonly<Record<string, unknown>> }>();
  const header = headers[HEADER];
  const why = typeof header === 'string' ? decoded(header).trim() : '';
  if (why.length > WHY_MAX)
    throw new ProblemError({
      status: 400,
      code: 'INVALID_REQUEST',
      detail: `${HEADER} has ${why.length} characters; the limit is ${WHY_MAX}`,
    });
  return why === '' ? {} : { why };
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
