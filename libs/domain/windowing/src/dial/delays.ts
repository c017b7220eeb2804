/**
 * Durations in buckets that grow with them: from 1 ms to 30 days the bounds have two digits, 1, 1.1, … 1.9, 2, 2.2, … 4.8, 5, 5.5, …
 * 9.5 of each power of ten. So a bound is at most 10 % above any duration in its bucket, and reads well as a setting. Counts of the
 * same buckets add up.
 */
const DIGITS = [
  ...Array.from({ length: 10 }, (_, i) => 10 + i),
  ...Array.from({ length: 15 }, (_, i) => 20 + 2 * i),
  ...Array.from({ length: 10 }, (_, i) => 50 + 5 * i),
];

/** The longest duration that is told apart from "longer": 30 days. */
export const LONGEST_US = 30 * 86_400_000_000;

/** Greatest durations of the buckets, in µs: 0, then up to 1 ms, … up to 30 days. Beyond that there is one more bucket. */
export const BOUNDS_US: readonly number[] = [
  0,
  ...Array.from({ length: 10 }, (_, power) => DIGITS.map((digits) => digits * 100 * 10 ** power))
    .flat()
    .filter((us) => us < LONGEST_US),
  LONGEST_US,
];

/** The bucket of what is longer than 30 days. */
export const BEYOND = BOUNDS_US.length;

/** Index of the bucket of a duration; what is negative is 0. */
export function bucketOf(us: number): number {
  let low = 0;
  let high = BEYOND;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (BOUNDS_US[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The greatest duration of a bucket. */
export const boundUs = (bucket: number): number => BOUNDS_US[bucket] ?? Infinity;

/** How many durations were in a bucket. */
export interface Cell {
  readonly bucket: number;
  readonly count: number;
}

export const total = (cells: readonly Cell[]): number => cells.reduce((sum, { count }) => sum + count, 0);

/** How many are at most `us`. Exact where `us` is a bound. */
export const countUpTo = (cells: readonly Cell[], us: number): number =>
  cells.reduce((sum, { bucket, count }) => (boundUs(bucket) <= us ? sum + count : sum), 0);

/** Of a share in floating point, so that 999 of 1,000 are 99.9 %. */
const ROUNDING = 1e-12;

/** The least bound that at least this share does not exceed; Infinity: longer than 30 days. Undefined: nothing was counted. */
export const quantileUs = (cells: readonly Cell[], share: number): number | undefined =>
  signedQuantileUs({ before: [], after: cells }, share);

/** The same of times before something, which are negative, and after it. */
export function signedQuantileUs(
  { before, after }: { readonly before: readonly Cell[]; readonly after: readonly Cell[] },
  share: number,
): number | undefined {
  const all = total(before) + total(after);
  if (all <= 0) return undefined;
  const times = [
    ...before.map(({ bucket, count }) => ({ us: -boundUs(bucket), count })),
    ...after.map(({ bucket, count }) => ({ us: boundUs(bucket), count })),
  ].sort((a, b) => (a.us < b.us ? -1 : 1));
  let sum = 0;
  for (const { us, count } of times) {
    sum += count;
    if (sum > 0 && sum >= share * all - ROUNDING * all) return us;
  }
  return Infinity;
}
