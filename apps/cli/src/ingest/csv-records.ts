import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { IngestError } from './ingest-error.ts';
import type { Input } from './input.ts';
import type { CsvRule } from './mapping.ts';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line of the file in which it ends; the first is 1. */
  readonly line: number;
  /** Where the next one begins, in plain bytes. */
  readonly endByte: number;
  /** As it stands in the file, without its line end; only when asked for. */
  readonly raw: string | undefined;
}

/** Where reading begins: at the end of the record before. */
export interface RecordPosition {
  readonly byte: number;
  readonly line: number;
}

/** A quote that is never closed would make the rest of a file one record. */
const MAX_RECORD_CHARACTERS = 1024 * 1024;

/**
 * The records of a CSV (RFC 4180), the header among them. Empty lines and comments are none. Cells may be more or fewer than in the
 * record before, and a quote within an unquoted cell is a character like any other: whoever reads the cells judges them.
 * @throws {IngestError} BAD_CSV when it cannot be told where a record ends, BAD_FILE when reading fails.
 */
export async function* csvRecords(
  { name, content }: Pick<Input, 'name' | 'content'>,
  { encoding, separator, quote, comment }: Pick<CsvRule, 'encoding' | 'separator' | 'quote' | 'comment'>,
  { from, withRaw }: { readonly from: RecordPosition; readonly withRaw: boolean },
): AsyncGenerator<CsvRecord> {
  // Of the last record that is whole: the parser is ahead of what it has given, and gives nothing any more once it has failed.
  let line = from.line;
  const parser = parse({
    encoding,
    delimiter: separator,
    quote: quote ?? false,
    ...(comment !== null && { comment, comment_no_infix: true }),
    record_delimiter: ['\r\n', '\n'],
    bom: from.byte === 0,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    info: true,
    raw: withRaw,
    on_record: (record: string[], { lines }) => {
      line = from.line + lines;
      return record;
    },
  });
  try {
    for await (const { record, info, raw } of pipeline(content, parser, () => undefined) as AsyncIterable<Parsed>) {
      yield {
        cells: record,
        line: from.line + info.lines,
        endByte: from.byte + info.bytes,
        raw: raw?.replace(/^[\r\n\ufeff]+|[\r\n]+$/g, ''),
      };
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new IngestError('BAD_CSV', `${name}:${line + 1}: ${meaning(error)}`, { cause: error });
    if (error instanceof IngestError || !(error instanceof Error) || !('code' in error)) throw error;
    const reason = error.code === 'Z_BUF_ERROR' ? 'the gzip file is cut off' : error.message;
    throw new IngestError('BAD_FILE', `${name}: cannot be read beyond line ${line}: ${reason}`, { cause: error });
  }
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number; readonly bytes: number };
  readonly raw?: string;
}

function meaning({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
    return 'a quote in the row that begins here, or soon after, is not closed; close it, or say --quote none when quotes mean nothing';
  return message;
}
