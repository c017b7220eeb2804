import { headerNames, type Signal } from '@windlass/contracts';

/** A release speaks to the owner of the partition among the source's signals, so that its words have their place in order. */
export type ReleaseWord =
  | { readonly kind: 'begin'; readonly id: string }
  /** Everything that was parked up to this offset has been sent again. */
  | { readonly kind: 'end'; readonly id: string; readonly upTo: bigint };

export const textOfWord = (word: ReleaseWord): string =>
  word.kind === 'begin' ? `begin:${word.id}` : `end:${word.id}:${word.upTo}`;

/** Null: it is none. */
export function wordOf(text: string): ReleaseWord | null {
  const [, kind, id, upTo] = /^(begin|end):([^:]+)(?::(-?\d{1,19}))?$/.exec(text) ?? [];
  if (id === undefined) return null;
  if (kind === 'begin') return { kind, id };
  return upTo === undefined ? null : { kind: 'end', id, upTo: BigInt(upTo) };
}

export const RELEASE_SIGNAL = 'windlass-release';

/** As a signal, for readers that do not know better: no window type reads it. */
export const wordSignal = (
  source: string,
  word: ReleaseWord,
  nowUs: number,
): { value: Signal; headers: Record<string, string> } => ({
  value: {
    source,
    id: `${RELEASE_SIGNAL}-${word.kind}-${word.id}`,
    name: RELEASE_SIGNAL,
    eventTimeUs: nowUs,
    phase: 'POINT',
    values: {},
    count: 1,
    correlation: null,
    metadata: {},
    cause: null,
    units: {},
  },
  headers: { [headerNames.release]: textOfWord(word) },
});
