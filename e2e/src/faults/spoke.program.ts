/** The processors of the fault runs; which one is in FAULTS_PROCESSOR. What a window asks for in its metadata, the algorithm does. */
import { setTimeout as delay } from 'node:timers/promises';
import { algorithm, double, processor, windowType } from '@windlass/sdk';
import { LEVEL, TREND, WINDOW_TYPE, type Act } from './work.ts';

const name = process.env['FAULTS_PROCESSOR'] ?? '';
const workMs = Number(process.env['FAULTS_WORK_MS'] ?? 0);
const tick = windowType<{ act: Act }>(WINDOW_TYPE);

const level = algorithm(
  { name: 'level', version: '1', on: tick, result: double(), timeoutMs: 2_000, retry: { attempts: 2, backoffMs: 100 } },
  async ({ signals, window, attempt }) => {
    const { act } = window.metadata;
    if (act === 'die') process.kill(process.pid, 'SIGKILL');
    if (act === 'fail-once' && attempt === 1) throw new Error('the first attempt fails, as it was told');
    if (act === 'overrun') await delay(600_000);
    if (workMs > 0) await delay(workMs);
    return signals[0]!.values['x']!;
  },
);
const trend = algorithm(
  { name: 'trend', version: '1', on: tick, needs: { level }, result: double() },
  async ({ inputs }) => {
    if (workMs > 0) await delay(workMs);
    return inputs.level + 1;
  },
);

const algorithms = { [LEVEL.processor]: [level], [TREND.processor]: [trend] }[name];
if (!algorithms) throw new Error(`FAULTS_PROCESSOR is '${name}', which there is not`);
await processor({ name, version: '1', algorithms, from: import.meta.url }).start();
