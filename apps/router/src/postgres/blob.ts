/** Where a byte string lies in its blob: `at` counts from 1, as SQL does. Null: there is none. */
export type Part = { readonly at: number; readonly length: number } | null;

/** Byte strings of one column, joined into one parameter, to be cut apart by the statement: no text encoding of each. */
export class Blob {
  private readonly parts: Buffer[] = [];
  private end = 0;

  add(bytes: Buffer | null): Part {
    if (!bytes) return null;
    const part = { at: this.end + 1, length: bytes.length };
    this.parts.push(bytes);
    this.end += bytes.length;
    return part;
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts, this.end);
  }
}
