import { fromValue } from '@windlass/contracts';
import { typedJson } from '../http/result-json.ts';
import type { KnownOutcome } from '../ports.ts';
import { plainColumns, type Cell, type Column } from './columns.ts';
import type { Pages } from './export-results.ts';

/**
 * RFC 4180 with a header. Numbers are the shortest text that reads back as the same 64-bit float, also `NaN`, `Infinity`, `-Infinity`
 * and `-0`; times are ISO 8601 with microseconds; bytes are base64; arrays, lists and structs are JSON. Null is nothing between commas,
 * and an empty text is `""`.
 */
export async function* csvBytes(pages: Pages): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${[...plainColumns.map(({ name }) => name), 'result'].join(',')}\r\n`);
  for await (const page of pages) yield Buffer.from(page.map(lineOf).join(''));
}

const lineOf = (result: KnownOutcome): string =>
  `${[...plainColumns.map((column) => cellText(column, column.of(result))), resultText(result)].join(',')}\r\n`;

function cellText({ shape }: Column, cell: Cell): string {
  if (cell === null) return '';
  if (shape === 'timestamp') return timeText(cell as bigint);
  return typeof cell === 'number' ? numberText(cell) : quoted(String(cell));
}

function resultText({ result }: KnownOutcome): string {
  const value = result && fromValue(result);
  if (value === null) return '';
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Uint8Array) return quoted(Buffer.from(value).toString('base64'));
  if (value instanceof Float64Array) return quoted(JSON.stringify(typedJson(value).value));
  return quoted(typeof value === 'object' ? JSON.stringify(typedJson(value)) : String(value));
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** Digits below a millisecond are kept; the year has as many as it needs. */
function timeText(us: bigint): string {
  const ms = us >= 0n ? us / 1000n : (us - 999n) / 1000n;
  const micros = String(us - ms * 1000n).padStart(3, '0');
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${micros}Z`;
}

const quoted = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
