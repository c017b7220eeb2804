import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { IngestError } from './ingest-error.ts';

/** Bytes of both files. */
export interface RejectsSize {
  readonly rows: number;
  readonly reasons: number;
}

export interface RejectsOptions {
  /** Null when the data has none. */
  readonly header: string | null;
  /** Of the data. */
  readonly encoding: BufferEncoding;
  /** What an earlier run has written; what lies behind that is written again. */
  readonly size: RejectsSize | null;
}

/** Two files: the rejected rows as they were, under the header, so that they can be mended and ingested; and why, a line each. */
export class Rejects {
  readonly rowsFile: string;
  readonly reasonsFile: string;
  readonly #header: string | null;
  readonly #encoding: BufferEncoding;
  #files: { readonly rows: FileHandle; readonly reasons: FileHandle } | undefined;
  #size: RejectsSize;

  constructor(rowsFile: string, { header, encoding, size }: RejectsOptions) {
    this.rowsFile = rowsFile;
    this.reasonsFile = `${rowsFile.replace(/\.csv$/, '')}.log`;
    this.#header = header;
    this.#encoding = encoding;
    this.#size = size ?? { rows: 0, reasons: 0 };
  }

  get size(): RejectsSize {
    return this.#size;
  }

  /** @throws {IngestError} REJECTS_EXIST: those of another run lie there. Better told before hours of work than after. */
  checkFree(): void {
    if (this.#size.rows === 0 && existsSync(this.rowsFile)) throw this.#inTheWay();
  }

  /** Rows in the order in which they stand. @throws {IngestError} REJECTS_EXIST. */
  async add(rows: readonly { readonly raw: string; readonly reason: string }[]): Promise<void> {
    if (rows.length === 0) return;
    const isFirst = this.#size.rows === 0;
    const files = (this.#files ??= await this.#open(isFirst));
    const written = {
      rows: Buffer.from(
        [...(isFirst && this.#header !== null ? [this.#header] : []), ...rows.map(({ raw }) => raw), ''].join('\n'),
        this.#encoding,
      ),
      reasons: Buffer.from(rows.map(({ reason }) => `${reason}\n`).join('')),
    };
    await files.rows.write(written.rows, 0, written.rows.length, this.#size.rows);
    await files.reasons.write(written.reasons, 0, written.reasons.length, this.#size.reasons);
    this.#size = { rows: this.#size.rows + written.rows.length, reasons: this.#size.reasons + written.reasons.length };
  }

  async close(): Promise<void> {
    await this.#files?.rows.close();
    await this.#files?.reasons.close();
    this.#files = undefined;
  }

  async #open(isFirst: boolean): Promise<{ rows: FileHandle; reasons: FileHandle }> {
    const flags = isFirst ? 'wx' : 'r+';
    try {
      const rows = await open(this.rowsFile, flags);
      await rows.truncate(this.#size.rows);
      const reasons = await open(this.reasonsFile, isFirst ? 'w' : 'r+');
      await reasons.truncate(this.#size.reasons);
      return { rows, reasons };
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST') throw this.#inTheWay();
      throw new IngestError('BAD_FILE', `cannot write ${this.rowsFile}: ${message}`, { cause });
    }
  }

  #inTheWay(): IngestError {
    return new IngestError('REJECTS_EXIST', `${this.rowsFile} is there already; move it away, or say --rejects FILE`);
  }
}
