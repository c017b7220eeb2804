import type { EntityManager } from 'typeorm';

/** A connection, or a transaction on one. */
export type Runner = Pick<EntityManager, 'query'>;

export const select = <Row>(runner: Runner, sql: string, parameters: readonly unknown[]): Promise<Row[]> =>
  runner.query(sql, [...parameters]);
