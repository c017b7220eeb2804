/** Why the embedded stack could not do what was asked. Stable: programs may branch on it. */
export type EmbeddedErrorCode =
  | 'JAVA_MISSING'
  | 'MAVEN_MISSING'
  | 'INSTALL_FAILED'
  | 'JARS_UNRESOLVED'
  | 'PLATFORM_UNSUPPORTED'
  | 'STACK_RUNNING'
  | 'SERVER_FAILED'
  | 'SERVER_NOT_READY'
  | 'COMMAND_FAILED'
  | 'PROGRAM_FAILED'
  | 'PROGRAM_NOT_READY'
  | 'NO_FREE_PORT';

/** The message is for a person: what is wrong, with the value, and what to do about it. */
export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedError';
    this.code = code;
  }
}
