/** Whether two JSON values are the same, whatever the order of their fields. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  return differingFields(a, b).length === 0;
}

/** Top-level fields in which two objects (or places in which two arrays) differ; a field that is `undefined` is absent. */
export function differingFields(a: object, b: object): string[] {
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (field) => !sameJson(left[field], right[field]),
  );
}
