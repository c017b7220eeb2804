/** Statements of one Postgres transaction. Parameters only; never text joined into SQL. */
export interface StageTransaction {
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}
