// `npm start`: real recorded telemetry through the whole hub. See README.md beside this folder.
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EmbeddedError } from '@windlass/embedded';
import { RunsAlready, startWorld, whatRuns } from './hub/world.ts';
import type { World } from './hub/world.ts';
import { runLive } from './live/live-job.ts';
import { optionsOf, USAGE } from './options.ts';
import type { Options } from './options.ts';
import { runRecording } from './recording-job.ts';
import { isPerfect } from './report/check.ts';
import { nextSteps } from './report/next-steps.ts';
import { reportText } from './report/report.ts';

const dataDir = resolve(process.env['WINDLASS_DATA_DIR'] || '.windlass');
let world: World | undefined;
let stopping: Promise<never> | undefined;

/** Stops everything in order and ends the program. Servers and processes that are still starting end with it. */
const end = (code: number): Promise<never> =>
  (stopping ??= (world?.stop() ?? Promise.resolve())
    .catch((error: unknown) => console.error(error))
    .then(() => process.exit(code)));

async function main(options: Options): Promise<void> {
  if (options.fresh) {
    const running = await whatRuns(dataDir);
    if (running) throw new RunsAlready(running);
    rmSync(dataDir, { recursive: true, force: true });
  }
  const startedAtMs = performance.now();
  world = await startWorld(dataDir, (line) => console.log(line));
  console.log(`ready after ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
  const isRight = options.live ? await runLive(world) : await runAndReport(world, options);
  if (options.once) return end(isRight ? 0 : 1);
  console.log(nextSteps(world.hub.urls, dataDir));
  console.log('\nEverything keeps running. Ctrl-C stops it.');
}

async function runAndReport(running: World, options: Options): Promise<boolean> {
  const report = await runRecording(running, dataDir);
  console.log(reportText(report));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  return isPerfect(report.verdict);
}

async function onFailure(error: unknown): Promise<never> {
  const runsAlready =
    error instanceof RunsAlready || (error instanceof EmbeddedError && error.code === 'STACK_RUNNING');
  if (runsAlready) {
    console.error(error instanceof RunsAlready ? error.message : (await whatRuns(dataDir)) || error.message);
    console.error('Stop it with Ctrl-C where it was started, or with `npx windlass down`.');
  } else console.error(error);
  return end(1);
}

process.on('SIGINT', () => void end(0)).on('SIGTERM', () => void end(0));
try {
  const options = optionsOf(process.argv.slice(2));
  if (options) await main(options);
  else console.log(USAGE);
} catch (error) {
  if (error instanceof TypeError && 'code' in error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
  await onFailure(error);
}
