import { stopRecorded } from './running-stack.ts';
import { readState } from './stack-state.ts';

/**
 * A process of its own, `watchdog <data folder> <id of the start>`, whose input the owner of a stack holds open. When the
 * owner ends, however it ends (kill -9 too), the system closes that input, and the servers are stopped in order.
 * A detached stack has an owner only while it starts. The watchdog runs in its own session: Ctrl-C does not reach it.
 */
const [dataDir = '', id = ''] = process.argv.slice(2);
for await (const chunk of process.stdin) void chunk;
const state = readState(dataDir);
if (state?.id === id && state.owner !== undefined) await stopRecorded(dataDir, state);
