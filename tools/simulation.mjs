// `npm run simulation`: the hub on virtual time, with crashes, cut-off processes and lost messages, from seeds. `-- --seeds 10000` runs so
// many from 1 on, `-- --from 20001` begins elsewhere, `SEED=7 npm run simulation` runs one again and shrinks it if it fails.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { environment, node, root, setUp } from './setup.mjs';

const program = 'e2e/dist/simulation/hub/main.js';

/** One process: every `step`-th seed. @returns what it tells, as JSON */
function part({ first, count, step }) {
  const child = spawn(node, ['--enable-source-maps', program, first, count, step].map(String), {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (text) => (told += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(told)) : reject(new Error(`${program} ended with ${code}`)),
    );
  });
}

/** Runs seeds from `from` on, in as many processes as there are processors. @returns the sums, with the seeds that failed */
export async function simulate({ from, seeds }) {
  const step = Math.min(seeds, availableParallelism());
  const parts = await Promise.all(
    Array.from({ length: step }, (_, at) => part({ first: from + at, count: Math.ceil((seeds - at) / step), step })),
  );
  const sum = (name) => parts.reduce((total, one) => total + one[name], 0);
  return {
    failed: parts.flatMap(({ failed }) => failed).sort((a, b) => a - b),
    ...Object.fromEntries(['seeds', 'crashes', 'zombies', 'fenced', 'outcomes'].map((name) => [name, sum(name)])),
  };
}

export const told = ({ seeds, failed, crashes, zombies, fenced, outcomes }, seconds) =>
  `simulation: ${seeds} seeds in ${seconds} s, ${crashes} crashes, ${zombies} processes cut off, ${fenced} commits fenced, ` +
  `${outcomes} outcomes; ${failed.length > 0 ? `FAILED: seeds ${failed.join(', ')}` : 'all as they must be'}`;

export async function main(args) {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string' }, from: { type: 'string' } } });
  const one = process.env.SEED;
  const from = Number(values.from ?? one ?? 1);
  const seeds = Number(values.seeds ?? (one === undefined ? 1_000 : 1));
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(seeds) || seeds < 1) {
    console.error('--seeds and --from are whole numbers, as is SEED; at least one seed');
    return 2;
  }
  const startedMs = Date.now();
  const sums = await simulate({ from, seeds });
  console.log(told(sums, Math.round((Date.now() - startedMs) / 1000)));
  console.log(`${sums.failed.length > 0 ? 0 : 1} passed, ${sums.failed.length} failed`);
  return sums.failed.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp();
  process.exit(await main(process.argv.slice(2)));
}
