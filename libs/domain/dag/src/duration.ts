const UNIT_US: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** One amount or several in falling order of unit, as `500ms`, `10m`, `1h30m`. */
export const DURATION_PATTERN = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+$/;

/** The longest duration anything may have: 100 years of 365 days. */
export const MAX_DURATION_US = 36_500 * 86_400_000_000;

/** Microseconds of a text like `500ms`, `2s`, `10m`, `1h30m`, `1d` (always 24 h); undefined when it is none or too long. */
export function parseDurationUs(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let us = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g))
    us += Number(amount) * UNIT_US[unit!]!;
  const whole = Math.round(us);
  return whole <= MAX_DURATION_US ? whole : undefined;
}

/** The shortest text that reads back as the same duration. */
export function formatDurationUs(us: number): string {
  for (const unit of ['d', 'h', 'm', 's', 'ms'])
    if (us >= UNIT_US[unit]! && us % UNIT_US[unit]! === 0) return `${us / UNIT_US[unit]!}${unit}`;
  return us === 0 ? '0s' : `${us}us`;
}
