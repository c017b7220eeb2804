// `npm start`: real recorded telemetry through the whole hub. See README.md beside this folder.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { polyglotCast, typescriptCast, type Cast } from './hub/roles.ts';
import { forget, noteHub, RunsAlready, serversIn } from './hub/servers.ts';
import type { Servers } from './hub/servers.ts';
import { startWorld } from './hub/world.ts';
import type { World } from './hub/world.ts';
import { runLive } from './live/live-job.ts';
import { optionsOf, USAGE } from './options.ts';
import type { Options } from './options.ts';
import { runRecording } from './recording-job.ts';
import { isPerfect } from './report/check.ts';
import { nextSteps, serviceLines } from './report/next-steps.ts';
import { reportText } from './report/report.ts';

interface JobResult {
  readonly isRight: boolean;
  /** A unit that the store has results of. */
  readonly source: string;
}

const base = resolve(process.env['WINDLASS_DATA_DIR'] || '.windlass');
let servers: Servers | undefined;
let world: World | undefined;
let stopping: Promise<never> | undefined;
let isDone = false;
/** As a shell says of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Stops everything in order and ends the program. Servers and processes that are still starting end with it. */
const end = (code: number): Promise<never> =>
  (stopping ??= stopAll()
    .catch((error: unknown) => console.error(error))
    .then(() => process.exit(code)));

async function stopAll(): Promise<void> {
  await world?.stop();
  await servers?.stop();
}

async function main(options: Options): Promise<void> {
  // An algorithm belongs to one processor, so a hub that knows the one cast refuses the other.
  const dataDir = options.polyglot ? join(base, 'polyglot') : base;
  const { roles } = castOf(options);
  if (options.fresh) await forget(dataDir);
  const startedAtMs = performance.now();
  const onProgress = (line: string): void => console.log(line);
  servers = await serversIn(dataDir, onProgress);
  world = await startWorld({ env: servers.env, dataDir, onProgress, roles });
  noteHub(dataDir, world.hub.urls);
  console.log(
    `ready after ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s\n${serviceLines(world.hub.urls)}`,
  );
  const { isRight, source } = options.live ? await runLive(world) : await runAndReport(world, dataDir, options);
  isDone = true;
  if (options.once) return end(isRight ? 0 : 1);
  console.log(nextSteps({ urls: world.hub.urls, dataDir, source }));
  console.log('\nEverything keeps running. Ctrl-C stops it.');
}

/** Cut off in the middle of its life, so it has revisions. */
const SHOWN_UNIT = 'unit-05';

function castOf({ polyglot }: Options): Cast {
  if (!polyglot) return typescriptCast;
  console.log('building the processors of other languages (the first time they fetch what they are made of)');
  const cast = polyglotCast();
  for (const line of cast.missing) console.log(line);
  for (const { name, algorithms } of cast.roles) console.log(`  ${name.padEnd(12)} ${algorithms.join(', ')}`);
  return cast;
}

async function runAndReport(running: World, dataDir: string, options: Options): Promise<JobResult> {
  const report = await runRecording(running, dataDir);
  console.log(reportText(report));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  return { isRight: isPerfect(report.verdict), source: SHOWN_UNIT };
}

function onFailure(error: unknown): Promise<never> {
  // Whoever is stopped in the middle of something fails at it.
  if (stopping) return stopping;
  if (error instanceof RunsAlready) {
    console.error(error.message);
    console.error('Stop it with Ctrl-C where it was started, or with `npx windlass down`.');
  } else console.error(error);
  return end(1);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(isDone ? 0 : INTERRUPTED));
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
