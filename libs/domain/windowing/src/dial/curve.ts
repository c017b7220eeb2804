import { BEYOND, boundUs, countUpTo, LONGEST_US, quantileUs, total, type Cell } from './delays.ts';

/** How late a window type's data was, as counted: see `MEASURES`. */
export interface Lateness {
  readonly element: readonly Cell[];
  readonly window: readonly Cell[];
  readonly revision: readonly Cell[];
}

/** What one `outOfOrderness` would have given. */
export interface CurvePoint {
  readonly delayUs: number;
  /** Elements that would not have been behind the watermark. */
  readonly elements: number;
  /** Windows whose ON_TIME pane would have been complete. */
  readonly windows: number;
  /** Of the revisions that late elements made, those that would not have been. */
  readonly spared: number;
}

/** The curve at 0 and wherever it rises: between two points it is as at the first. Exact for what was counted. */
export function curveOf(lateness: Lateness): CurvePoint[] {
  const { element, window, revision } = lateness;
  const buckets = new Set([0, ...[element, window, revision].flat().map(({ bucket }) => bucket)]);
  return [...buckets]
    .filter((bucket) => bucket < BEYOND)
    .sort((a, b) => a - b)
    .map((bucket) => pointAt(lateness, boundUs(bucket)));
}

/** Exact at a bound of `delays.ts`; elsewhere what is certain. */
export const pointAt = ({ element, window, revision }: Lateness, delayUs: number): CurvePoint => ({
  delayUs,
  elements: countUpTo(element, delayUs),
  windows: countUpTo(window, delayUs),
  spared: countUpTo(revision, delayUs),
});

export type Recommendation =
  | {
      readonly kind: 'setting';
      readonly outOfOrdernessUs: number;
      /** With it, every window that some delay completes is completed by a revision. */
      readonly allowedLatenessUs: number;
      /** Of those that were counted, with this setting. */
      readonly share: number;
    }
  | {
      /** Such a share cannot be told from so few. */
      readonly kind: 'too few';
      readonly counted: number;
      readonly needed: number;
    }
  | {
      /** No delay up to 30 days gives the target. */
      readonly kind: 'out of reach';
      /** The greatest share that one gives. */
      readonly share: number;
    };

/**
 * Without a miss among n, up to 3 ÷ n may be missed all the same, at 95 % confidence (the rule of three): so many must be counted
 * before a target means something.
 */
export const neededFor = (target: number): number => Math.ceil(3 / Math.max(1 - target, 1e-9) - 1e-6);

/**
 * The least `outOfOrderness` with which the target share (0 to 1) of these windows, or elements, would have been complete on time.
 * `rest`: windows; their lateness beyond that is to be allowed.
 */
export function recommend({
  cells,
  rest,
  target,
}: {
  readonly cells: readonly Cell[];
  readonly rest: readonly Cell[];
  readonly target: number;
}): Recommendation {
  const counted = total(cells);
  const needed = neededFor(target);
  if (counted < needed) return { kind: 'too few', counted, needed };
  const outOfOrdernessUs = quantileUs(cells, target)!;
  if (outOfOrdernessUs === Infinity) return { kind: 'out of reach', share: countUpTo(cells, LONGEST_US) / counted };
  const longestUs = Math.max(
    0,
    ...rest.map(({ bucket, count }) => (count > 0 && bucket < BEYOND ? boundUs(bucket) : 0)),
  );
  return {
    kind: 'setting',
    outOfOrdernessUs,
    allowedLatenessUs: Math.max(0, longestUs - outOfOrdernessUs),
    share: countUpTo(cells, outOfOrdernessUs) / counted,
  };
}
