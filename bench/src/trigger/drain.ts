import { cpuSecondsOf, cpuSecondsWithChildren, memoryOf } from '../measure/processes.ts';
import { waitFor } from '../measure/wait.ts';
import type { Bench } from '../bench.ts';
import type { TriggerGround } from './trigger-ground.ts';

/** A backlog of signals, from the start of the service until the last position is committed. */
export interface DrainMeasure {
  readonly signalsPerSecond: number;
  /** Processor microseconds a signal, by process. */
  readonly cpuUs: { readonly trigger: number; readonly postgres: number; readonly kafka: number };
  /** Bytes of Postgres's write-ahead log a signal. */
  readonly walBytes: number;
  /** The most that the service took, MB (10⁶ bytes). */
  readonly pssMb: number;
  readonly readySeconds: number;
  /** From its start to the first committed position. */
  readonly firstSignalSeconds: number;
}

const POLL_MS = 100;
const MEMORY_EVERY = 10;
const DEADLINE_MS = 1_200_000;

/**
 * Stops the service, publishes the signals, starts it again, and waits until it has processed them all. The first `warmUp` of them are
 * not part of the pace: a program that has just started is still being compiled.
 */
export async function drain(
  bench: Bench,
  ground: TriggerGround,
  { signals, warmUp }: { readonly signals: number; readonly warmUp: number },
): Promise<DrainMeasure> {
  await ground.stopTrigger();
  const from = await ground.positions();
  await ground.publish(signals);
  const ends = await ground.ends();
  await bench.settle();
  const startedMs = performance.now();
  const starting = ground.startTrigger();
  starting.catch(() => undefined);
  let firstMs = 0;
  let warm: Sample | undefined;
  let pssMb = 0;
  let polls = 0;
  const last = await waitFor(
    async () => {
      const processed = ahead(await ground.positions(), from, ends);
      if (processed > 0 && firstMs === 0) firstMs = performance.now();
      if (processed >= warmUp && !warm) warm = await sampleOf(bench, ground, processed);
      if (warm && polls++ % MEMORY_EVERY === 0) pssMb = Math.max(pssMb, memoryOf(ground.triggerPid).pssMb);
      return processed >= ahead(ends, from, ends) ? sampleOf(bench, ground, processed) : undefined;
    },
    { deadlineMs: DEADLINE_MS, pollMs: POLL_MS, what: `${signals} signals of ${ground.load.name}` },
  );
  const readySeconds = await starting;
  const measured = last.processed - warm!.processed;
  const us = (of: (sample: Sample) => number): number => ((of(last) - of(warm!)) * 1e6) / measured;
  return {
    signalsPerSecond: (measured * 1000) / (last.atMs - warm!.atMs),
    cpuUs: {
      trigger: us(({ cpu }) => cpu.trigger),
      postgres: us(({ cpu }) => cpu.postgres),
      kafka: us(({ cpu }) => cpu.kafka),
    },
    walBytes: (last.walBytes - warm!.walBytes) / measured,
    pssMb,
    readySeconds,
    firstSignalSeconds: (firstMs - startedMs) / 1000,
  };
}

interface Sample {
  readonly atMs: number;
  readonly processed: number;
  readonly walBytes: number;
  readonly cpu: DrainMeasure['cpuUs'];
}

async function sampleOf(bench: Bench, ground: TriggerGround, processed: number): Promise<Sample> {
  const atMs = performance.now();
  const { kafka, postgres } = bench.stack;
  const cpu = {
    trigger: cpuSecondsOf(ground.triggerPid),
    postgres: cpuSecondsWithChildren(postgres.pid),
    kafka: cpuSecondsOf(kafka.pid),
  };
  const { rows } = await ground.pool.query<{ wal: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal`,
  );
  return { atMs, processed, walBytes: rows[0]!.wal, cpu };
}

/** Records of the load that lie before these positions: what the trigger itself writes behind them does not count. */
const ahead = (positions: readonly number[], from: readonly number[], ends: readonly number[]): number =>
  positions.reduce((sum, next, partition) => sum + Math.min(next, ends[partition]!) - from[partition]!, 0);
