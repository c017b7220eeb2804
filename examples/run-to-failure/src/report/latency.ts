import { quantile } from '../model/statistics.ts';
import type { StoredResult } from '../hub/hub-api.ts';
import type { NewSignal } from '@windlass/sdk';

/** `definitions.yaml`: a cycle fires when a sample this much past its end has come. */
const OUT_OF_ORDERNESS_US = 500_000;
/** `rul` sees 20 deviations before its own, each of which sees 20 indicators before it, of 2 s each. */
const LOOKS_BACK_US = 80_000_000;

export interface Latency {
  readonly results: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * From sending the last signal on which a current prediction depends (the one that made its cycle fire, or a later one that revised
 * it or a cycle before it) to the moment the router knew the prediction.
 */
export function latencyOf(
  predictions: readonly StoredResult[],
  signals: readonly NewSignal[],
  sentAtUs: ReadonlyMap<string, number>,
): Latency | null {
  const bySource = Map.groupBy(
    signals.filter(({ name, phase }) => name === 'sample' || phase === 'WATERMARK'),
    ({ source }) => source,
  );
  const delaysMs = predictions.flatMap(({ key, startUs, endUs, knownAtUs }) => {
    const own = bySource.get(key) ?? [];
    const firing = own.find(({ eventTimeUs }) => eventTimeUs >= endUs + OUT_OF_ORDERNESS_US);
    const last = own.findLast(({ eventTimeUs }) => eventTimeUs >= startUs - LOOKS_BACK_US && eventTimeUs < endUs);
    const sent = [firing, last].flatMap((signal) => sentAtUs.get(signal?.id ?? '') ?? []);
    // Known before it was sent: a result of an earlier run that was cut short.
    return sent.length === 2 && knownAtUs >= Math.max(...sent) ? [(knownAtUs - Math.max(...sent)) / 1_000] : [];
  });
  if (delaysMs.length === 0) return null;
  return { results: delaysMs.length, p50Ms: quantile(delaysMs, 0.5), p99Ms: quantile(delaysMs, 0.99) };
}
