// `npm start -w @windlass/air-compressor`: the recording of a real compressor through the whole hub. See README.md beside this folder.
import { existsSync } from 'node:fs';
import { EmbeddedError, type EmbeddedStack, type RunningHub, startEmbedded, startHub } from '@windlass/embedded';
import { runJob } from './job.ts';
import { csvFile, dataDir } from './places.ts';
import { reportText } from './report/report.ts';

/** As a shell says of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

let stack: EmbeddedStack | undefined;
let hub: RunningHub | undefined;
let stopping: Promise<never> | undefined;

/** Stops what runs, in order, and ends the program. */
const end = (code: number): Promise<never> =>
  (stopping ??= (async () => {
    await hub?.stop();
    await stack?.stop();
    process.exit(code);
  })());

const onProgress = (line: string): void => console.log(line);

async function main(): Promise<number> {
  if (!existsSync(csvFile)) {
    console.error(
      `the recording is not here yet (208 MiB, from the UCI Machine Learning Repository, CC BY 4.0); fetch it with\n\n  npm run fetch -w @windlass/air-compressor\n`,
    );
    return 1;
  }
  stack = await startEmbedded({ dataDir, onProgress });
  hub = await startHub({ env: stack.env, dataDir, onProgress });
  console.log(reportText(await runJob({ hub, dataDir, csvFile, onProgress })));
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(INTERRUPTED));
try {
  await end(await main());
} catch (error) {
  // Whoever is stopped in the middle of something fails at it.
  if (stopping) await stopping;
  console.error(error instanceof EmbeddedError ? error.message : error);
  await end(1);
}
