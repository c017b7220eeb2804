import type { Ref } from '@windlass/dag';

/** Windows opened by results of windows opened by results… A chain longer than this is a loop. */
export const MAX_DEPTH = 8;

export const tooDeep = (ref: Ref, depth: number) => ({
  to: 'dlq' as const,
  code: 'CAUSATION_TOO_DEEP' as const,
  windowTypes: [ref],
  message: `A window of ${ref} would have causation depth ${depth}; the limit is ${MAX_DEPTH}.`,
});
