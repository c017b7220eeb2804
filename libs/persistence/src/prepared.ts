import type { Client, PoolClient, QueryResult } from 'pg';

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

/** What is asked of the connection from here until the event loop goes on is sent in one piece: each piece wakes the server up. */
export function sendTogether(client: PoolClient): void {
  const { stream } = (client as PoolClient & Pick<Client, 'connection'>).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
