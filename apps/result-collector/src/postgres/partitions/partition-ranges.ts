/** Windows that start in [fromUs, toUs), in event time. ±Infinity: without bound. */
export interface PartitionRange {
  readonly fromUs: number;
  readonly toUs: number;
}

export type PartitionWidth = 'day' | 'month';

/** Windows that start before the year 2000 or from 2100 on share one partition each: a clock that is wrong makes no more. */
export const EARLIEST_US = Date.UTC(2000, 0, 1) * 1000;
export const LATEST_US = Date.UTC(2100, 0, 1) * 1000;

/**
 * So many partitions are made as narrow as they are set; further ones are a year wide, of which there are at most 100. A query over all
 * of them takes a lock on each table and index: some 2,000, of the 6,400 that Postgres has by default.
 */
export const MAX_NARROW_PARTITIONS = 200;

export const holds = ({ fromUs, toUs }: PartitionRange, startUs: number): boolean =>
  fromUs <= startUs && startUs < toUs;

/**
 * The partition to make for a window's start, in whole days, UTC: the day, month or year that holds it, without what the neighbours
 * that there are already hold. Undefined: there is one.
 */
export function rangeToMake(
  startUs: number,
  width: PartitionWidth,
  existing: readonly PartitionRange[],
): PartitionRange | undefined {
  if (existing.some((range) => holds(range, startUs))) return undefined;
  if (startUs < EARLIEST_US) return { fromUs: -Infinity, toUs: EARLIEST_US };
  if (startUs >= LATEST_US) return { fromUs: LATEST_US, toUs: Infinity };
  const { fromUs, toUs } = aligned(startUs, existing.length < MAX_NARROW_PARTITIONS ? width : 'year');
  return {
    fromUs: Math.max(fromUs, ...existing.filter((range) => range.toUs <= startUs).map((range) => range.toUs)),
    toUs: Math.min(toUs, ...existing.filter((range) => range.fromUs > startUs).map((range) => range.fromUs)),
  };
}

/** All that have to be made for these starts. */
export function rangesToMake(
  startsUs: readonly number[],
  width: PartitionWidth,
  existing: readonly PartitionRange[],
): PartitionRange[] {
  const made: PartitionRange[] = [];
  for (const startUs of startsUs) {
    const range = rangeToMake(startUs, width, [...existing, ...made]);
    if (range) made.push(range);
  }
  return made;
}

/** The starts that need their partition soon: of now, and of the next day or month. */
export function startsAhead(nowUs: number, width: PartitionWidth): number[] {
  return [nowUs, Math.min(aligned(nowUs, width).toUs, LATEST_US - 1)];
}

function aligned(startUs: number, width: PartitionWidth | 'year'): PartitionRange {
  const at = new Date(Math.floor(startUs / 1000));
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (width) {
    case 'day':
      return { fromUs: Date.UTC(year, month, day) * 1000, toUs: Date.UTC(year, month, day + 1) * 1000 };
    case 'month':
      return { fromUs: Date.UTC(year, month) * 1000, toUs: Date.UTC(year, month + 1) * 1000 };
    case 'year':
      return { fromUs: Date.UTC(year, 0) * 1000, toUs: Date.UTC(year + 1, 0) * 1000 };
    default:
      return width satisfies never;
  }
}

/** `p20260131`, the day it begins with; `past`, `future`. */
export function suffixOf({ fromUs, toUs }: PartitionRange): string {
  if (fromUs === -Infinity) return 'past';
  if (toUs === Infinity) return 'future';
  return `p${new Date(fromUs / 1000).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** As Postgres writes a partition's bounds: `FOR VALUES FROM ('1') TO (MAXVALUE)`. */
export function rangeOfBounds(bounds: string): PartitionRange | undefined {
  const [, from, to] = /^FOR VALUES FROM \('?(-?\d+|MINVALUE)'?\) TO \('?(-?\d+|MAXVALUE)'?\)$/.exec(bounds) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return {
    fromUs: from === 'MINVALUE' ? -Infinity : Number(from),
    toUs: to === 'MAXVALUE' ? Infinity : Number(to),
  };
}
