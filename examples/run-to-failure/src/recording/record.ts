// Makes the recording: `node record.ts <output folder> [--seed N] [--units N] [--at-a-time N]`. Takes 10 to 20 minutes with the defaults.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { drawPlan } from './plan.ts';
import type { UnitPlan } from './plan.ts';
import { SAMPLE_COLUMNS } from './recording-file.ts';
import { Sender } from './sender.ts';
import { UnitRun } from './unit-run.ts';
import type { LifeRecord } from './unit-run.ts';

const LIFE_COLUMNS = [
  'unit',
  'faultKind',
  'onsetUs',
  'startUs',
  'endUs',
  'exitCode',
  'signal',
  'censored',
  'split',
] as const;
const BETWEEN_STARTS_MS = 2_000;
const EMPTY_VALUES = ','.repeat(SAMPLE_COLUMNS.split(',').length - 5);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '20261123' },
    units: { type: 'string', default: '36' },
    'at-a-time': { type: 'string', default: '6' },
  },
});
const folder = resolve(positionals[0] ?? 'recording');
const work = mkdtempSync(join(tmpdir(), 'run-to-failure-'));
const waiting = drawPlan(Number(options.seed), Number(options.units));
const lives: LifeRecord[] = [];

const rawPath = join(work, 'samples.csv');
const collector = fork(fileURLToPath(new URL('collector.ts', import.meta.url)), [rawPath]);
const collectorPort = await new Promise<number>((done) =>
  collector.once('message', (told) => done((told as { port: number }).port)),
);
/** The recorder's own line to the collector: the supervisor that starts and buries units is not cut off when a unit's sender is. */
const supervisor = new Sender(collectorPort);

async function record(plan: UnitPlan): Promise<void> {
  const sender = new Sender(collectorPort);
  const run = new UnitRun(plan, join(work, `${plan.unit}.spool`), sender);
  const startUs = await run.started();
  supervisor.send(`${plan.unit},START,,${startUs}${EMPTY_VALUES}`);
  const life = await run.finished();
  supervisor.send(`${plan.unit},STOP,,${life.endUs}${EMPTY_VALUES}`);
  lives.push(life);
  console.log(
    `${plan.unit} ${life.faultKind} ${((life.endUs - life.startUs) / 1e6).toFixed(1)} s, exit ${life.exitCode ?? life.signal}${life.censored ? ', ended by the recorder' : ''}`,
  );
  await sender.close();
}

async function recordInTurn(place: number): Promise<void> {
  await new Promise((done) => setTimeout(done, place * BETWEEN_STARTS_MS));
  for (let plan = waiting.shift(); plan; plan = waiting.shift()) await record(plan);
}

await Promise.all(Array.from({ length: Number(options['at-a-time']) }, (_, place) => recordInTurn(place)));
await supervisor.close();
collector.disconnect();
await new Promise((done) => collector.once('exit', done));

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'samples.csv.gz'),
  gzipSync(`${SAMPLE_COLUMNS}\n${readFileSync(rawPath, 'utf8')}`, { level: 9 }),
);
const rows = lives
  .sort((a, b) => a.unit.localeCompare(b.unit))
  .map((life) => LIFE_COLUMNS.map((column) => life[column] ?? '').join(','));
writeFileSync(join(folder, 'units.csv'), `${[LIFE_COLUMNS.join(','), ...rows].join('\n')}\n`);
console.log(`recorded ${lives.length} lives into ${folder}; raw files are in ${work}`);
