/** A number with a unit of time: `500ms`, `20s`, `10m`, `2h`, `7d`. */
export type Duration = `${number}${'us' | 'ms' | 's' | 'm' | 'h' | 'd'}`;

const MICROSECONDS = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 } as const;

/**
 * Integer microseconds of a duration.
 * @throws RangeError when it is not a positive whole number of microseconds.
 */
export function durationUs(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(duration) ?? [];
  const us = Number(amount) * MICROSECONDS[unit as keyof typeof MICROSECONDS];
  if (!Number.isSafeInteger(us) || us <= 0) {
    throw new RangeError(`'${duration}' is not a duration; write for instance '500ms', '20s', '10m', '2h' or '7d'`);
  }
  return us;
}
