// Small robust statistics. Every function is deterministic in the order of its input.

/** A point of a series: a time in seconds and a value. */
export interface Point {
  readonly seconds: number;
  readonly value: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

export interface Line {
  /** Change of the value in a second. */
  readonly slope: number;
  /** Value at second 0. */
  readonly intercept: number;
}

/** The line of Theil and Sen: median of all pairwise slopes, median of what is left. Stands up to 29 % of wild points. Null with fewer than two times. */
export function theilSen(points: readonly Point[]): Line | null {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const elapsed = points[j]!.seconds - points[i]!.seconds;
      if (elapsed !== 0) slopes.push((points[j]!.value - points[i]!.value) / elapsed);
    }
  }
  if (slopes.length === 0) return null;
  const slope = median(slopes);
  return { slope, intercept: median(points.map((point) => point.value - slope * point.seconds)) };
}

/** Median absolute deviation of the points from a line, scaled to a standard deviation of normal noise. */
export function noiseAround(line: Line, points: readonly Point[]): number {
  return 1.4826 * median(points.map((point) => Math.abs(point.value - line.intercept - line.slope * point.seconds)));
}
