/** Those that are known: asking the runtime costs as much as reading twenty sources. */
const known = new Set<string>();

/** Whether this is a time zone of the IANA database, as the runtime knows it. */
export function isZone(zone: string): boolean {
  if (known.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    // There are some hundred, in any mix of upper and lower case.
    if (known.size < 10_000) known.add(zone);
    return true;
  } catch {
    return false;
  }
}
