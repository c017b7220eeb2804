import { type Author } from '../change-options.ts';
import { RegistryError, type RegistryErrorCode } from '../errors.ts';
import { type Principal, ProblemError } from '@windlass/service';

const STATUS: Readonly<Record<RegistryErrorCode, number>> = {
  REFUSED: 422,
  FORBIDDEN: 403,
  REVISION_MOVED: 409,
  POLICIES_MOVED: 409,
  UNKNOWN_REVISION: 404,
  UNKNOWN_WINDOW_TYPE: 404,
  UNKNOWN_SOURCE: 404,
  UNKNOWN_PROCESSOR: 404,
};

/** Answers the registry's refusals with their status and every problem; other errors pass. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { code, message, problems } = error;
    throw new ProblemError({ status: STATUS[code], code, detail: message, ...(problems.length > 0 && { problems }) });
  }
}

export const authorOf = ({ name, team, role }: Principal): Author => ({ name, team, isOperator: role === 'operator' });
