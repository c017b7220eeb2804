import pg from 'pg';
import { testStack } from './test-stack.ts';

/**
 * Makes an empty database named after the namespace, on the shared servers or on those given, and returns its URL.
 * It is dropped when the Jest run ends; the test closes its connections itself.
 */
export async function freshDatabase(namespace: string, on?: { readonly postgresUrl: string }): Promise<string> {
  const { postgresUrl } = on ?? (await testStack());
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(namespace)}`);
  } finally {
    await client.end();
  }
  const url = new URL(postgresUrl);
  url.pathname = `/${namespace}`;
  return url.href;
}
