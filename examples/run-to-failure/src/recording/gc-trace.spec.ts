import { describe, expect, it } from '@jest/globals';
import { parseTraceLine } from './gc-trace.ts';

describe('a line of the collection trace', () => {
  it('of a scavenge tells its pause', () => {
    const line =
      '[5311:0x8a40000]       81 ms: Scavenge 4.7 (5.8) -> 4.0 (6.8) MB, pooled: 0 MB, 3.74 / 0.00 ms  (average mu = 1.000, current mu = 1.000) allocation failure;';
    expect(parseTraceLine(line)).toEqual({ major: false, pauseMs: 3.74, heapAfterBytes: 4_194_304 });
  });

  it('of a major collection adds its steps on the main thread', () => {
    const line =
      '[5311:0x8a40000]      163 ms: Mark-Compact 13.5 (19.8) -> 11.9 (21.3) MB, pooled: 0 MB, 1.67 / 0.00 ms  (+ 2.7 ms in 82 steps since start of marking, biggest step 0.2 ms, walltime since start of marking 5 ms) (average mu = 0.9, current mu = 0.9) finalize incremental marking via task; GC in old space requested';
    expect(parseTraceLine(line)).toEqual({
      major: true,
      pauseMs: 1.67 + 2.7,
      heapAfterBytes: Math.round(11.9 * 1_048_576),
    });
  });

  it('about anything else is null', () => expect(parseTraceLine('<--- Last few GCs --->')).toBeNull());
});
