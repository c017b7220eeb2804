import { MessagingError } from '@windlass/messaging';

/** As pg's DatabaseError and Node's system errors have it; which realm made the object does not matter. */
interface PgFailure {
  readonly message?: string;
  readonly code?: string;
  /** Only the server's own errors have one. */
  readonly severity?: string;
}

/** SQLSTATE classes and codes that are the world's trouble: connection, resources, shutdown, conflicts that pass. */
const passing = /^(08|53|57P|58|25P03|40001|40P01|55P03)/;
/** The server's last words on a connection. */
const farewell = /^(08|57P|25P03)/;
const networkCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENOENT)/;
const brokenMessages =
  /connection terminated|connection error|connection ended|timeout exceeded when trying to connect|timeout expired|client was closed|not queryable|read timeout/i;

const asFailure = (error: unknown): PgFailure => (typeof error === 'object' && error !== null ? error : {});

/** SQLSTATE of an error that the server answered with. */
export const sqlState = (error: unknown): string | undefined => {
  const { severity, code } = asFailure(error);
  return severity === undefined ? undefined : code;
};

/** Whether the connection is gone, so that what was sent last may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return farewell.test(state);
  const { code, message } = asFailure(error);
  return networkCodes.test(code ?? '') || brokenMessages.test(message ?? '');
}

/** The world's trouble as STORE_UNAVAILABLE (retryable); anything else, such as a wrong statement, as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof MessagingError) return error;
  if (!isConnectionLost(error) && !passing.test(sqlState(error) ?? '')) return error;
  const { message, code } = asFailure(error);
  return new MessagingError('STORE_UNAVAILABLE', `Postgres: ${message || code}`, { cause: error, retryable: true });
}
