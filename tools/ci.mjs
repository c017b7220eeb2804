// What `.ci/run` runs: `npm test`, the simulation of many seeds, and kills of real processes. Ends with one line: the totals of all.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from './setup.mjs';

const SEEDS = 10_000;

/** Lines that tell of a failure, said again at the end. */
const failures = [];

/** Runs a command, with the machine's Node (each sets itself up), whose last line tells totals. One that ends without them counts as one that failed. */
function totalsOf(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  let tail = '';
  child.stdout.pipe(process.stdout, { end: false });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.trim() !== '') tail = line;
    if (line.startsWith('FAILED: ')) failures.push(line);
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve({ passed: 0, failed: 1, skipped: 0 }));
    child.on('close', (code) => {
      const [, passed, failed, skipped = 0] = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(tail) ?? [];
      const known = failed !== undefined && (code === 0 || Number(failed) > 0);
      resolve({ passed: Number(passed ?? 0), failed: Number(failed ?? 0) + (known ? 0 : 1), skipped: Number(skipped) });
    });
  });
}

const commands = [['tools/test.mjs'], ['tools/simulation.mjs', '--seeds', String(SEEDS)], ['tools/faults.mjs', '--ci']];
const totals = [];
for (const command of commands) totals.push(await totalsOf(command));
const sum = (name) => totals.reduce((all, one) => all + one[name], 0);
const skipped = sum('skipped');
for (const line of failures) console.log(line);
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(sum('failed') > 0 ? 1 : 0);
