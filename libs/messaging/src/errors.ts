/** Stable codes of what can go wrong between the hub and Kafka, the registry or the stage's store. */
export type MessagingErrorCode =
  | 'FENCED'
  | 'OUTCOME_UNKNOWN'
  | 'STORE_UNAVAILABLE'
  | 'REGISTRY_UNAVAILABLE'
  | 'SCHEMA_REFUSED'
  | 'UNKNOWN_SCHEMA_ID'
  | 'BROKER_UNAVAILABLE'
  | 'TOPIC_MISSING'
  | 'TOPIC_MISMATCH'
  | 'TOPIC_COLLISION'
  | 'TOPIC_RECREATED'
  | 'OTHER_CLUSTER'
  | 'STAGE_MISCONFIGURED'
  | 'MESSAGE_REFUSED'
  | 'STOPPED';

/** `retryable`: the world's trouble, worth another try after a pause. Otherwise the same call fails again. */
export class MessagingError extends Error {
  readonly code: MessagingErrorCode;
  readonly retryable: boolean;

  constructor(
    code: MessagingErrorCode,
    message: string,
    options: ErrorOptions & { readonly retryable?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'MessagingError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

export const isRetryable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === true;

export const hasCode = (error: unknown, code: MessagingErrorCode): boolean =>
  error instanceof MessagingError && error.code === code;
