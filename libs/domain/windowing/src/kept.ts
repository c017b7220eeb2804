import type { EpochUs } from '@windlass/dag';
import type { Draft } from './draft.ts';
import type { KeptSignal } from './input.ts';
import { partitionPoint } from './partition-point.ts';
import type { TypePlan } from './plan.ts';

/** Remembers a signal for the panes of windows that keep theirs. Nothing happens when it is there already. */
export function keep(draft: Draft, signal: KeptSignal): void {
  const at = indexAfter(draft.kept, signal);
  const before = draft.kept[at - 1];
  if (before && before.eventTimeUs === signal.eventTimeUs && before.id === signal.id) return;
  const kept = keptOf(signal);
  if (at === draft.kept.length) draft.kept.push(kept);
  else draft.kept.splice(at, 0, kept);
  draft.keptAdded.push(kept);
}

const keptOf = ({ id, name, eventTimeUs, phase, values, count, correlation, metadata }: KeptSignal): KeptSignal => ({
  id,
  name,
  eventTimeUs,
  phase,
  values,
  count,
  correlation,
  metadata,
});

/**
 * The kept signals of [startUs, endUs), in order of event time, then id; null when the type keeps none. Beyond the type's count
 * or bytes the later ones stay out and are counted. Asks to read back what is not in memory.
 */
export function keptSignals(
  draft: Draft,
  { type, elements }: TypePlan,
  { startUs, endUs }: { startUs: EpochUs; endUs: EpochUs },
): readonly KeptSignal[] | null {
  if (!type.keepSignals) return null;
  if (startUs < draft.before.keptFromUs) {
    draft.needsKeptFromUs = Math.min(draft.needsKeptFromUs, startUs);
    return [];
  }
  const found: KeptSignal[] = [];
  let bytes = 0;
  for (let i = firstAt(draft.kept, startUs); i < draft.kept.length; i++) {
    const signal = draft.kept[i]!;
    if (signal.eventTimeUs >= endUs) break;
    if (!elements.has(signal.name)) continue;
    bytes += approximateBytes(signal);
    if (found.length < type.keepSignals.count && bytes <= type.keepSignals.bytes) found.push(signal);
    else draft.counts.keptBeyondLimit += 1;
  }
  return found;
}

/** About what the signal takes in Avro: names and text as they are, 8 bytes a number. */
export function approximateBytes({ id, name, correlation, values, metadata }: KeptSignal): number {
  let bytes = 24 + id.length + name.length + (correlation?.length ?? 0);
  for (const channel in values) bytes += channel.length + 9;
  for (const field in metadata) {
    const value = metadata[field];
    bytes += field.length + (typeof value === 'string' ? value.length : 8) + 2;
  }
  return bytes;
}

/** Index of the first kept signal at or after `timeUs`. */
export const firstAt = (kept: readonly KeptSignal[], timeUs: EpochUs): number =>
  partitionPoint(kept.length, (i) => kept[i]!.eventTimeUs < timeUs);

function indexAfter(kept: readonly KeptSignal[], signal: KeptSignal): number {
  let at = kept.length;
  const last = kept[at - 1];
  if (!last || last.eventTimeUs < signal.eventTimeUs) return at;
  at = firstAt(kept, signal.eventTimeUs);
  while (at < kept.length && kept[at]!.eventTimeUs === signal.eventTimeUs && kept[at]!.id <= signal.id) at++;
  return at;
}

/** Both lists without repetition, in order: what was read back, and what is in memory. */
export function mergeKept(a: readonly KeptSignal[], b: readonly KeptSignal[]): KeptSignal[] {
  const merged: KeptSignal[] = [];
  for (const signal of [...a, ...b].sort(byTimeAndId)) {
    const last = merged[merged.length - 1];
    if (!last || last.eventTimeUs !== signal.eventTimeUs || last.id !== signal.id) merged.push(signal);
  }
  return merged;
}

const byTimeAndId = (a: KeptSignal, b: KeptSignal): number =>
  a.eventTimeUs - b.eventTimeUs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
