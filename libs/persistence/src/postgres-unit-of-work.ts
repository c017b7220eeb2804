import {
  MessagingError,
  type Gap,
  type ParkedMessage,
  type StageCommit,
  type StageLease,
  type StageUnitOfWork,
} from '@windlass/messaging';
import type { PoolClient, QueryResult } from 'pg';
import { runPrepared, sendTogether } from './prepared.ts';
import { commitSql, commitWithTimersSql, divisionByZero, gapSql, parkSql } from './stage-statements.ts';
import { sqlState, isConnectionLost, storeError } from './store-errors.ts';

/**
 * One transaction on one connection. BEGIN goes out with the first statement, and the last statements with COMMIT, without waiting in
 * between (pg's pipeline mode), in one piece where they come at once: a batch costs two round trips beside the handler's own.
 */
export class PostgresUnitOfWork implements StageUnitOfWork {
  private readonly client: PoolClient;
  private begun = false;
  private over = false;
  /** Statements that the commit waits for. */
  private readonly sent: Promise<QueryResult>[] = [];

  constructor(client: PoolClient) {
    this.client = client;
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      const [result] = await answered(...this.begin(), runPrepared(this.client, sql, parameters));
      return result.rows as Row[];
    } catch (error) {
      throw storeError(error);
    }
  }

  send(sql: string, parameters: readonly unknown[] = []): void {
    const answers = [...this.begin(), runPrepared(this.client, sql, parameters)];
    // What fails is told by the commit; a transaction that is given up has no use for it.
    for (const answer of answers) answer.catch(() => undefined);
    this.sent.push(...answers);
  }

  async commit(lease: StageLease, change: StageCommit): Promise<void> {
    const { client } = this;
    const statements = [...this.begin()];
    if (change.parked.length > 0) statements.push(runPrepared(client, parkSql, parkValues(lease, change.parked)));
    if (change.gaps.length > 0) statements.push(runPrepared(client, gapSql, gapValues(lease, change.gaps)));
    statements.push(runPrepared(client, ...commitStatement(lease, change)));
    const answers = await Promise.allSettled([...this.sent, ...statements, client.query('COMMIT')]);
    const failed = answers.findIndex(({ status }) => status === 'rejected');
    if (failed >= 0) {
      const failure = (answers[failed] as PromiseRejectedResult).reason as unknown;
      throw failed < this.sent.length && !isConnectionLost(failure) ? storeError(failure) : commitError(lease, failure);
    }
    const committed = (answers.at(-1) as PromiseFulfilledResult<QueryResult>).value;
    if (committed.command !== 'COMMIT') throw new Error(`COMMIT was answered with ${committed.command}`);
    lease.commitNo += 1n;
    this.end();
  }

  /** A connection whose transaction failed is not used again: what it still has prepared is unknown. */
  async rollback(): Promise<void> {
    if (this.over) return;
    if (!this.begun) return this.end();
    this.end(new Error('rolled back'));
  }

  private begin(): Promise<QueryResult>[] {
    sendTogether(this.client);
    if (this.begun) return [];
    this.begun = true;
    return [this.client.query('BEGIN')];
  }

  private end(error?: Error): void {
    this.over = true;
    this.client.release(error);
  }
}

/** The last answer; the first error. Every promise is listened to. */
async function answered(...statements: Promise<QueryResult>[]): Promise<[QueryResult]> {
  const results = await Promise.all(statements);
  return [results.at(-1)!];
}

function commitError(lease: StageLease, error: unknown): unknown {
  if (sqlState(error) === divisionByZero) {
    return new MessagingError(
      'FENCED',
      `partition ${lease.partition} of ${lease.stage} has another owner than epoch ${lease.epoch}`,
    );
  }
  // An answer with an error means that the transaction is dead; no answer, or the server's farewell, leaves it open.
  if (sqlState(error) === undefined || isConnectionLost(error)) {
    return new MessagingError(
      'OUTCOME_UNKNOWN',
      `the connection broke while partition ${lease.partition} was committed`,
      {
        cause: error,
      },
    );
  }
  return storeError(error);
}

function commitStatement(lease: StageLease, { pending, positions, timers }: StageCommit): [string, unknown[]] {
  const values: unknown[] = [
    lease.stage,
    lease.partition,
    lease.epoch,
    lease.commitNo,
    pending,
    positions.map(({ topic }) => topic),
    positions.map(({ nextOffset }) => nextOffset),
  ];
  if (timers.length === 0) return [commitSql, values];
  const cleared = timers.filter(({ dueUs }) => dueUs === null);
  const set = timers.filter(({ dueUs }) => dueUs !== null);
  values.push(
    cleared.map(({ slot }) => slot),
    cleared.map(({ key }) => key),
  );
  values.push(
    set.map(({ slot }) => slot),
    set.map(({ key }) => key),
    set.map(({ dueUs }) => Math.floor(dueUs!)),
  );
  return [commitWithTimersSql, values];
}

export const parkValues = ({ stage, partition }: StageLease, parked: readonly ParkedMessage[]): unknown[] => [
  stage,
  partition,
  parked.map((message) => message.topic),
  parked.map((message) => message.partition),
  parked.map((message) => message.key),
  parked.map((message) => message.value),
  parked.map((message) => JSON.stringify(message.headers)),
  parked.map((message) => message.code),
  parked.map((message) => message.reason),
];

const gapValues = ({ stage, partition }: StageLease, gaps: readonly Gap[]): unknown[] => [
  stage,
  partition,
  gaps.map(({ topic }) => topic),
  gaps.map(({ fromOffset }) => fromOffset),
  gaps.map(({ toOffset }) => toOffset),
];
