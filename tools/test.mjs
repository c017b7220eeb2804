// `npm test`: types, format, layering and every test, on one real Kafka, schema registry and Postgres.
// `npm test -- PATTERN…` runs only the tests whose path matches.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { node, root, run, setUp } from './setup.mjs';

setUp();
const patterns = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'windlass-test-'));
const report = join(scratch, 'jest.json');

/** A check that is one command: passed or failed as a whole. */
const check = (name, command, args) => {
  const passed = run(command, args) === 0;
  console.log(`${passed ? 'passed' : 'FAILED'}: ${name}`);
  return passed;
};

const checks =
  patterns.length > 0
    ? []
    : [
        check('format', node, ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
        check('lint and layering', node, [
          'node_modules/nx/dist/bin/nx.js',
          'run-many',
          '-t',
          'lint',
          '--output-style=static',
        ]),
      ];

const status = run(node, [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--maxWorkers=3',
  '--json',
  `--outputFile=${report}`,
  ...patterns,
]);

const tests = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
rmSync(scratch, { recursive: true, force: true });

const passed = (tests?.numPassedTests ?? 0) + checks.filter(Boolean).length;
// A suite that could not even be loaded counts as a failed test, or it would vanish from the sum.
const failedTests = tests ? tests.numFailedTests + tests.numRuntimeErrorTestSuites : 1;
const failed = failedTests + checks.filter((ok) => !ok).length;
const skipped = tests?.numPendingTests ?? 0;
for (const suite of tests?.testResults ?? []) {
  const path = relative(root, suite.name);
  if (suite.testExecError) console.log(`FAILED: ${path} could not be run`);
  for (const one of suite.assertionResults)
    if (one.status === 'failed') console.log(`FAILED: ${path} › ${one.fullName}`);
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || status !== 0 ? 1 : 0);
