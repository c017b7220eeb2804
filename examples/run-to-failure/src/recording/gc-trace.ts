/** What `--trace-gc` told of one collection. */
export interface Collection {
  readonly major: boolean;
  readonly pauseMs: number;
  /** Heap in use after it; V8 prints tenths of a MB (2^20 bytes). */
  readonly heapAfterBytes: number;
}

const LINE =
  /ms: (Scavenge|Mark-Compact)(?: \([^)]*\))? [\d.]+ \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB, (?:pooled: [\d.]+ MB, )?([\d.]+) \/ [\d.]+ ms(?:\s+\(\+ ([\d.]+) ms in \d+ steps)?/;

/** Reads one line of V8's trace; null when it is not about a collection. A major collection's pause includes its incremental steps on the main thread. */
export function parseTraceLine(line: string): Collection | null {
  const match = LINE.exec(line);
  if (!match) return null;
  return {
    major: match[1] === 'Mark-Compact',
    pauseMs: Number(match[3]) + Number(match[4] ?? 0),
    heapAfterBytes: Math.round(Number(match[2]) * 1_048_576),
  };
}
