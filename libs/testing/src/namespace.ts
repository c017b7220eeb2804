import { createHash, randomBytes } from 'node:crypto';

/** Differs between test files and runs, so that a rerun on the same servers never meets what an earlier one left. */
const SALT = randomBytes(8).toString('hex');

/**
 * A prefix for topics, groups and the database of one test, `t-<run>-<hash>` (17 characters, valid as a Windlass name).
 * The same name gives the same namespace within one test file only.
 */
export function namespaceOf(testName: string): string {
  const run = process.env['WINDLASS_TEST_RUN'] ?? '000000';
  const hash = createHash('sha256').update(`${SALT} ${testName}`).digest('hex').slice(0, 8);
  return `t-${run}-${hash}`;
}
