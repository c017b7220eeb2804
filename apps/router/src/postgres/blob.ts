/** Byte strings of one column, joined into one parameter: `bytes`, where each begins (from 1, as SQL counts) and how long it is; null: none. */
export class Blob {
  private readonly parts: Buffer[] = [];
  private readonly at: (number | null)[] = [];
  private readonly lengths: (number | null)[] = [];
  private end = 0;

  add(bytes: Buffer | null): void {
    this.at.push(bytes && this.end + 1);
    this.lengths.push(bytes && bytes.length);
    if (!bytes) return;
    this.parts.push(bytes);
    this.end += bytes.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts, this.end);
  }

  parameters(): [Buffer, (number | null)[], (number | null)[]] {
    return [this.bytes(), this.at, this.lengths];
  }
}
