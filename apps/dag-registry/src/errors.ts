import type { Problem } from '@windlass/dag';

export type RegistryErrorCode =
  | 'REFUSED'
  | 'FORBIDDEN'
  | 'REVISION_MOVED'
  | 'POLICIES_MOVED'
  | 'UNKNOWN_REVISION'
  | 'UNKNOWN_WINDOW_TYPE'
  | 'UNKNOWN_PROCESSOR'
  | 'UNKNOWN_SOURCE';

/** The user's mistake: nothing was changed, and trying again unchanged gives the same answer. */
export class RegistryError extends Error {
  readonly retryable = false;
  readonly code: RegistryErrorCode;
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];

  constructor(code: RegistryErrorCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.problems = problems;
  }
}
