import type { PoolClient, QueryResult } from 'pg';

const names = new Map<string, string>();

/** Runs a statement that is prepared once a connection. */
export function prepared(client: PoolClient, text: string, values: readonly unknown[]): Promise<QueryResult> {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `b${names.size}`));
  return client.query({ name, text, values: [...values] });
}
