/** `npm run faults`: real servers, services and spokes, and what goes wrong with them; then whether anything was lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@windlass/embedded';
import { type Options, parseOptions, usage, UsageError } from './options.ts';
import { complaints, table } from './report.ts';
import { type Report, runScenario } from './run.ts';
import type { Scenario } from './scenario.ts';
import { scenariosOf } from './scenarios/index.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<number> {
  const scenarios = scenariosOf(options);
  say(`seed ${options.seed}`);
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'windlass-faults-'));
  const stack = await startEmbedded({ dataDir, onProgress: say });
  const reports: Report[] = [];
  let failed = 0;
  try {
    for (const scenario of scenarios) {
      const report = await run(scenario, () => runScenario(scenario, { stack, dataDir, options, say }));
      if (report) reports.push(report);
      if (report === undefined || report.broken.length > 0) failed++;
    }
  } finally {
    await stack.stop();
    if (options.dataDir === undefined && failed === 0) rmSync(dataDir, { recursive: true, force: true });
    else say(`logs are in ${dataDir}`);
  }
  console.log(`\n${table(reports)}\n`);
  console.log(`${scenarios.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function run({ name }: Scenario, start: () => Promise<Report>): Promise<Report | undefined> {
  say(`${name} …`);
  try {
    const report = await start();
    say(report.broken.length === 0 ? `${name} holds` : `${name} is BROKEN:\n${complaints(report)}`);
    return report;
  } catch (error) {
    say(`${name} could not be run: ${(error as Error).stack}`);
    return undefined;
  }
}

// Not at once: whoever stands still then goes on first, and sees that it is alone (`exit`).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
