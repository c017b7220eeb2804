// The job: the recording through the whole hub, and what came of it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningHub } from '@windlass/embedded';
import { prepare, resultsOf, settled } from './hub.ts';
import type { Day } from './model/day.ts';
import type { Duty } from './model/duty.ts';
import type { Leak } from './model/leak.ts';
import { ownFile, windlass } from './places.ts';
import type { Hour, Recorded } from './report/report.ts';

const SOURCE = 'apu-1';
/** After the last row: a day, so that the last day is over. */
const FINISH = '1d';

export interface Job {
  readonly hub: RunningHub;
  readonly dataDir: string;
  readonly csvFile: string;
  readonly onProgress: (line: string) => void;
}

/** Doing it again goes on where it was stopped, and does nothing when all is done. */
export async function runJob({ hub, dataDir, csvFile, onProgress }: Job): Promise<Recorded> {
  onProgress('starting the processor');
  await prepare(hub);
  const stateFile = join(dataDir, 'ingest.json');
  await ingest(hub, [
    'ingest',
    csvFile,
    '--mapping',
    ownFile('mapping.yaml'),
    '--finish',
    FINISH,
    '--state',
    stateFile,
    ...(existsSync(stateFile) ? ['--resume'] : []),
  ]);
  let told = -1;
  await settled(hub, SOURCE, (done, of) => {
    const percent = of === 0 ? 0 : Math.floor((10 * done) / of) * 10;
    if (percent !== told) onProgress(`${done} of ${of} windows are computed`);
    told = percent;
  });
  const duties = new Map((await resultsOf<Duty>(hub, 'duty@1')).map((one) => [one.startUs, one.value]));
  const hours = (await resultsOf<Leak>(hub, 'leak@1')).flatMap(({ startUs, endUs, value }): Hour[] => {
    const duty = duties.get(startUs);
    return duty === undefined ? [] : [{ startUs, endUs, duty, leak: value }];
  });
  return { hours, days: await resultsOf<Day>(hub, 'day@1') };
}

/** `windlass ingest`, as a person would call it; its progress is shown where ours is. */
async function ingest(hub: RunningHub, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [windlass, ...args], { stdio: 'inherit', env: { ...process.env, ...hub.env } });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`windlass ${args[0]} ended with ${String(code)}`);
}
