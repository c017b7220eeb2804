import { MessagingError } from '@windlass/messaging';
import pg from 'pg';

/** SQLSTATE classes and codes that are the world's trouble: connection, resources, shutdown, conflicts that pass. */
const passing = /^(08|53|57P|58|25P03|40001|40P01|55P03)/;

/** Whether the statement was never answered: the connection is gone. */
export const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof pg.DatabaseError) && !(error instanceof TypeError);

const isPassing = (error: unknown): boolean =>
  isConnectionError(error) || (error instanceof pg.DatabaseError && passing.test(error.code ?? ''));

/** The world's trouble as STORE_UNAVAILABLE (retryable); anything else, such as a wrong statement, as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof MessagingError || !isPassing(error)) return error;
  return new MessagingError(
    'STORE_UNAVAILABLE',
    `Postgres: ${(error as Error).message || (error as { code?: string }).code}`,
    {
      cause: error,
      retryable: true,
    },
  );
}
