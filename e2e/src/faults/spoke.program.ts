/** The processors of the fault runs; which one is in FAULTS_PROCESSOR. What a window asks for in its metadata, the algorithm does. */
import { setTimeout as delay } from 'node:timers/promises';
import { algorithm, type AnyAlgorithm, type Context, double, processor, windowType } from '@windlass/sdk';
import { type Act, windowTypeOf, workers } from './work.ts';

type Asking = { readonly act: Act };

const name = process.env['FAULTS_PROCESSOR'] ?? '';
const workMs = Number(process.env['FAULTS_WORK_MS'] ?? 0);
const TIMEOUT_MS = 3_000;

async function work({ signals, window, attempt }: Context<Record<never, never>, Asking>): Promise<number> {
  const { act } = window.metadata;
  if (act === 'die') process.kill(process.pid, 'SIGKILL');
  if (act === 'fail-once' && attempt === 1) throw new Error('the first attempt fails, as it was told');
  if (act === 'overrun-once' && attempt === 1) await delay(10 * TIMEOUT_MS);
  await delay(act === 'linger' ? 1_000 * Math.max(1, workMs) : workMs);
  return signals[0]!.values['x']!;
}

const retry = { attempts: 2, backoffMs: 300 };
const level = algorithm(
  {
    ...{ name: 'level', version: '1', on: windowType<Asking>(windowTypeOf('pump')), result: double() },
    ...{ timeoutMs: TIMEOUT_MS, retry },
  },
  work,
);
const trend = algorithm(
  { name: 'trend', version: '1', on: windowTypeOf('pump'), needs: { level }, result: double() },
  async ({ inputs }) => {
    await delay(workMs);
    return inputs.level + 1;
  },
);
const brittle = algorithm(
  { name: 'brittle', version: '1', on: windowType<Asking>(windowTypeOf('brittle')), result: double(), retry },
  work,
);
const slow = algorithm(
  { name: 'slow', version: '1', on: windowType<Asking>(windowTypeOf('slow')), result: double(), retry },
  work,
);

const algorithms: Readonly<Record<string, readonly AnyAlgorithm[]>> = {
  [workers.level.processor]: [level],
  [workers.trend.processor]: [trend],
  [workers.brittle.processor]: [brittle],
  [workers.slow.processor]: [slow],
};
const mine = algorithms[name];
if (!mine) throw new Error(`FAULTS_PROCESSOR is '${name}', which there is not`);
await processor({ name, version: '1', algorithms: mine, from: import.meta.url }).start();
