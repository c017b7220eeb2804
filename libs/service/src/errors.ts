/** One thing that is wrong in what someone gave us. */
export interface ProblemItem {
  /** Stable. */
  readonly code?: string;
  /** Of the field, dot separated. */
  readonly path: string;
  readonly message: string;
}

/** The configuration cannot be used; names every bad setting at once. */
export class ConfigurationError extends Error {
  readonly code = 'BAD_CONFIGURATION';
  readonly retryable = false;
  readonly problems: readonly ProblemItem[];

  constructor(problems: readonly ProblemItem[]) {
    super(`bad configuration:\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}
