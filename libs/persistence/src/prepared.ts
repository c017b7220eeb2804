import type { PoolClient, QueryResult } from 'pg';

/** Statement texts are constants of the program; more of them than this is somebody who joins values into SQL. */
const maxPrepared = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxPrepared) return known;
  const name = `w${names.size}`;
  names.set(text, name);
  return name;
}

/** Runs a statement, prepared once a connection: planning costs more than most of ours take to run. */
export function runPrepared(client: PoolClient, text: string, values: readonly unknown[]): Promise<QueryResult> {
  const name = nameOf(text);
  return client.query({ text, values: values as unknown[], ...(name !== undefined && { name }) });
}
