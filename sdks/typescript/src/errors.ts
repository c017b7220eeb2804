/** Thrown by an algorithm: the same input would fail again, so the hub does not retry. */
export class NonRetryableError extends Error {
  readonly retryable = false;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NonRetryableError';
  }
}

/** Stable codes of what a program or a person has to mend. */
export type SdkErrorCode =
  | 'INVALID_DEFINITION'
  | 'INVALID_CONFIG'
  | 'REGISTRATION_REFUSED'
  | 'ALGORITHM_FAILED'
  | 'SIGNAL_REFUSED'
  | 'SIGNAL_BUFFER_FULL'
  | 'SIGNAL_PUBLISHER_CLOSED';

/** What repeating at once does not mend. */
export class SdkError extends Error {
  readonly code: SdkErrorCode;
  readonly retryable = false;

  constructor(code: SdkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A processor or algorithm was declared wrongly. */
export class DefinitionError extends SdkError {
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_DEFINITION', message, options);
  }
}

/** The environment lacks a setting or holds a wrong one. */
export class ConfigError extends SdkError {
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_CONFIG', message, options);
  }
}

/** One reason why the hub refused a registration. */
export interface RegistrationProblem {
  readonly code: string;
  readonly path?: string;
  readonly message: string;
  /** What would mend it. */
  readonly mend?: string;
}

/** The hub refused the processor; `problems` holds every reason at once. */
export class RegistrationRefused extends SdkError {
  readonly status: number;
  readonly problems: readonly RegistrationProblem[];

  constructor({ status, problems, body }: { status: number; problems: readonly RegistrationProblem[]; body: string }) {
    const reasons = problems.map(
      ({ code, path, message, mend }) =>
        `\n  ${code}${path ? ` at ${path}` : ''}: ${message}${mend ? ` (${mend})` : ''}`,
    );
    super('REGISTRATION_REFUSED', `the hub refused the processor (HTTP ${status})${reasons.join('') || `: ${body}`}`);
    this.status = status;
    this.problems = problems;
  }
}
