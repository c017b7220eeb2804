// Runs a program of another language as one of the hub's: it hears what this hears, and ends with it. Arguments: its folder, then
// its command.
import { spawn } from 'node:child_process';
import { commandOf } from './foreign-program.ts';

const [cwd, ...command] = process.argv.slice(2);
const [program, args] = commandOf(command);
// Before it is started: it may be heard of, and be told to stop, before the next line runs.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', ({ message }) => {
  console.error(`${program} in ${cwd} could not be started: ${message}`);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
