/** A processor as users write it, of the version and with the algorithms that its environment asks for. */
import { setTimeout as delay } from 'node:timers/promises';
import { algorithm, processor, string } from '@windlass/sdk';

const version = process.env['TEST_VERSION'] ?? '1';
/** A task is under way long enough to be met there. */
const WORK_MS = 20;

/** The second version declares it otherwise, and has another beside it that needs it. */
const level = algorithm(
  { name: 'level', version: '1', on: 'tick@1', result: string(), retry: { attempts: version === '1' ? 3 : 5 } },
  async () => {
    await delay(WORK_MS);
    return `${version}:${process.pid}`;
  },
);
const trend = algorithm(
  { name: 'trend', version: '1', on: 'tick@1', needs: { level }, result: string() },
  ({ inputs }) => `${version} after ${inputs.level}`,
);
const watch = algorithm(
  { name: 'watch', version: '1', on: 'tick@1', result: string() },
  () => `${version}:${process.pid}`,
);

await processor({
  name: 'health',
  version,
  algorithms: version === '1' ? [level] : [level, trend, watch],
  from: import.meta.url,
}).start();
