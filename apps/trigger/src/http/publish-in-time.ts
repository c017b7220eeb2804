import type { Signal } from '@windlass/contracts';
import { ProblemError } from '@windlass/service';
import type { SignalDoor } from './signals.controller.ts';

/** How long a request waits for Kafka before it is told to come again. */
const PUBLISH_TIMEOUT_MS = 10_000;

/** Resolves when Kafka has all of them. @throws {ProblemError} KAFKA_UNAVAILABLE. */
export const publishInTime = (door: SignalDoor, signals: readonly Signal[]): Promise<void> =>
  inTime('signals', (abort) => door.publish(signals, abort));

/** `publish`, which is given up after a while. @throws {ProblemError} KAFKA_UNAVAILABLE. */
export async function inTime(what: string, publish: (abort: AbortSignal) => Promise<void>): Promise<void> {
  const abort = AbortSignal.timeout(PUBLISH_TIMEOUT_MS);
  try {
    await publish(abort);
  } catch (error) {
    if (!abort.aborted) throw error;
    throw new ProblemError({
      status: 503,
      code: 'KAFKA_UNAVAILABLE',
      detail: `Kafka does not take ${what} now; send them again`,
    });
  }
}
