/** Stable codes of what can be wrong with bytes or values at the edge. None is worth a retry: the same input fails again. */
export type ContractErrorCode =
  | 'BAD_WIRE_FORMAT'
  | 'BAD_AVRO'
  | 'INCOMPATIBLE_SCHEMA'
  | 'INVALID_MESSAGE'
  | 'UNSUPPORTED_VALUE'
  | 'VALUE_TOO_DEEP'
  | 'VALUE_TOO_LARGE'
  | 'BAD_NAME'
  | 'BAD_PARTITION_COUNT';

/** The user's mistake: says the value that was wrong and what would be right. */
export class ContractError extends Error {
  readonly retryable = false;
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ContractError';
    this.code = code;
  }
}
