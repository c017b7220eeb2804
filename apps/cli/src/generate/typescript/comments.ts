/** A docstring of one line; nothing in it can end it. */
export const docstring = (text: string): string => `/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '* /')} */`;

/** JSON as an object literal: `__proto__` is a key like others. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${propertyKey(key)}: ${literal(one)}`)
    .join(', ')} }`;
}

/** A key of an object type or object: any text is one, and `__proto__` is one like others. */
export const propertyKey = (name: string): string => (name === '__proto__' ? "['__proto__']" : JSON.stringify(name));
