import { MessagingError, type StageTransaction } from '@windlass/messaging';
import type { BulkStatement } from '@windlass/persistence';
import type { Facts } from '../facts.ts';
import type { FactStore } from '../ports.ts';
import {
  insertChanges,
  insertOutcomes,
  insertPanes,
  insertSeen,
  insertWindows,
  insertWithdrawals,
  withdrawChildren,
} from './fact-statements.ts';
import type { Partitions } from './partitions/partitions.ts';

/** One statement for each kind of fact, sent together. */
export class PostgresFactStore implements FactStore {
  private readonly partitions: Partitions;

  constructor(partitions: Partitions) {
    this.partitions = partitions;
  }

  async write(tx: StageTransaction, facts: Facts): Promise<void> {
    try {
      await this.partitions.cover(tx, startsOf(facts));
      await writeAll(tx, facts);
    } catch (error) {
      throw this.partitionGone(error);
    }
  }

  /** Another instance has dropped a partition since we saw it: the batch is tried again, and finds what there is. */
  private partitionGone(error: unknown): unknown {
    const { code, message = '' } = error as { readonly code?: string; readonly message?: string };
    if (code !== '23514' || !message.includes('no partition')) return error;
    this.partitions.forget();
    return new MessagingError('STORE_UNAVAILABLE', `Postgres: ${message}`, { cause: error, retryable: true });
  }
}

function* startsOf({ windows, seen }: Facts): Iterable<number> {
  for (const { startUs } of windows) yield startUs;
  for (const { startUs } of seen) yield startUs;
}

async function writeAll(tx: StageTransaction, facts: Facts): Promise<void> {
  const statements: Promise<unknown>[] = [];
  const write = <Row>({ sql, parametersOf }: BulkStatement<Row>, rows: readonly Row[]): void => {
    if (rows.length > 0) statements.push(tx.query(sql, parametersOf(rows)));
  };
  write(insertWindows, facts.windows);
  write(insertSeen, facts.seen);
  write(insertChanges, facts.changes);
  write(withdrawChildren, facts.bounds);
  write(insertPanes, facts.panes);
  write(insertOutcomes, facts.outcomes);
  write(insertWithdrawals, facts.withdrawals);
  await Promise.all(statements);
}
