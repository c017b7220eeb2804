import { BadCell, shown } from './bad-cell.ts';
import type { CsvRule } from './mapping.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Undefined: the cell holds no value. @throws {BadCell} it holds something else than a number. */
export function numberOf(cell: string, { decimal, missing }: Pick<CsvRule, 'decimal' | 'missing'>): number | undefined {
  const text = cell.trim();
  if (text === '' || missing.includes(text)) return undefined;
  const value = NUMBER.test(decimal === ',' ? text.replace(',', '.') : text)
    ? Number(decimal === ',' ? text.replace(',', '.') : text)
    : NaN;
  if (Number.isFinite(value)) return value;
  throw new BadCell(`${shown(text)} is no number; ${hint(text, decimal)}`);
}

function hint(text: string, decimal: string): string {
  if (decimal === '.' && /^[+-]?\d+,\d+$/.test(text)) return 'with decimal commas: --decimal ,';
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return `JSON carries none such; to leave it out: --missing ${text}`;
  return `if it stands for no value: --missing ${/\s/.test(text) ? `"${text}"` : text}`;
}
