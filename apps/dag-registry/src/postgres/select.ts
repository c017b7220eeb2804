import type { EntityManager } from 'typeorm';

/** A data source, or a transaction. */
export type Runner = Pick<EntityManager, 'query'>;

/** Rows of what a statement selects. */
export const select = <Row>(runner: Runner, sql: string, parameters: unknown[]): Promise<Row[]> =>
  runner.query(sql, parameters);
