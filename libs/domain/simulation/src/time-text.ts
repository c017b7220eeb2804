/** Microseconds since 1970 as ISO 8601, UTC, to the microsecond. */
export function timeText(us: number): string {
  const ms = Math.floor(us / 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(us - ms * 1000).padStart(3, '0')}Z`;
}

/** Date reads milliseconds only; the three digits after them are added. */
export function timeOf(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const micros = Number(fraction.slice(3, 6).padEnd(3, '0'));
  return Date.parse(text.replace(/\.(\d{3})\d+/, '.$1')) * 1000 + micros;
}
