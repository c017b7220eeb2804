// Sends signals in their order, as fast as they can be processed.
import { setTimeout as delay } from 'node:timers/promises';
import type { NewSignal } from '@windlass/sdk';

/** A cycle holds about as many samples. */
const SAMPLES_PER_CYCLE = 20;
/** Cycles that may be sent and not yet be answered: enough to keep every stage busy, and no more, because a longer queue is only a longer wait. */
const MAX_CYCLES_AHEAD = 100;
const CHUNK_SIGNALS = 400;
const POLL_MS = 100;
/** Silence of the hub, with work before it, after which something must be wrong. */
export const STALL_MS = 90_000;

/** The hub had work and no result came. */
export class Stalled extends Error {
  constructor(what: string) {
    super(`${what}, and no further result came for ${STALL_MS / 1_000} s: look into the logs of the services`);
    this.name = 'Stalled';
  }
}

export interface ReplayPorts {
  /** Resolves when Kafka has them. */
  publish(signals: readonly NewSignal[]): Promise<void>;
  /** Cycles of these signals that are answered, by a run before this one too. */
  answeredCycles(): Promise<number>;
  onProgress(sentSignals: number): void;
}

/** @returns when each signal was sent: microseconds UTC, by id. @throws Stalled. */
export async function replay(signals: readonly NewSignal[], ports: ReplayPorts): Promise<Map<string, number>> {
  const sentAtUs = new Map<string, number>();
  const room = roomBy(ports);
  let samples = 0;
  for (let from = 0; from < signals.length; from += CHUNK_SIGNALS) {
    const chunk = signals.slice(from, from + CHUNK_SIGNALS);
    await room(samples / SAMPLES_PER_CYCLE);
    const nowUs = Date.now() * 1_000;
    for (const { id } of chunk) sentAtUs.set(id, nowUs);
    await ports.publish(chunk);
    samples += chunk.filter((signal) => signal.phase === undefined).length;
    ports.onProgress(from + chunk.length);
  }
  return sentAtUs;
}

/** Resolves when no more than MAX_CYCLES_AHEAD of the cycles that were sent are without an answer. */
function roomBy({ answeredCycles }: ReplayPorts): (sentCycles: number) => Promise<void> {
  let answered = 0;
  return async (sentCycles) => {
    let movedAtMs = performance.now();
    while (sentCycles - answered > MAX_CYCLES_AHEAD) {
      await delay(POLL_MS);
      const now = await answeredCycles();
      if (now > answered) movedAtMs = performance.now();
      else if (performance.now() - movedAtMs > STALL_MS)
        throw new Stalled(`${Math.round(sentCycles)} cycles were sent and ${answered} answered`);
      answered = now;
    }
  };
}
