/** `1,234,567` */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1 row`, `1,234 rows`. */
export const formatRows = (rows: number): string => `${formatCount(rows)} row${rows === 1 ? '' : 's'}`;
