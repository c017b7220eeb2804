/** A docstring of one line; nothing in it can end it. */
export const docstring = (text: string): string => `/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '* /')} */`;

/** ` in MB/s`, or nothing. */
export const inUnit = (unit: string | undefined): string => (unit === undefined ? '' : ` in ${unit}`);

/** A key of an object type or object: any text is one, and `__proto__` is one like others. */
export const propertyKey = (name: string): string => (name === '__proto__' ? "['__proto__']" : JSON.stringify(name));
