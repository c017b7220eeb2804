/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly hub: number;
  /** What the design allows: `most` or `least`. */
  readonly budget?: { readonly most: number } | { readonly least: number };
  readonly bare?: number;
  /** How many times better the bare pipeline is: the median over paired repetitions. */
  readonly ratio?: number;
}

/** The hub stays within this many times the bare pipeline, in throughput and latency. */
export const RATIO_BUDGET = 1.5;

export const keeps = ({ hub, budget }: Line): boolean | undefined =>
  budget === undefined ? undefined : 'most' in budget ? hub <= budget.most : hub >= budget.least;

const verdict = (kept: boolean | undefined): string => (kept === undefined ? '' : kept ? 'pass' : 'FAIL');

function number(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isNaN(value)) return '?';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}

const budgetText = ({ budget }: Line): string =>
  budget === undefined ? '' : 'most' in budget ? `≤ ${number(budget.most)}` : `≥ ${number(budget.least)}`;

/** A Markdown table, which is also readable as it is. */
export function table(lines: readonly Line[]): string {
  const head = ['measure', 'unit', 'hub', 'budget', '', 'bare', 'ratio', `≤ ${RATIO_BUDGET}×`];
  const rows = lines.map((line) => [
    line.what,
    line.unit,
    number(line.hub),
    budgetText(line),
    verdict(keeps(line)),
    number(line.bare),
    line.ratio === undefined ? '' : `${line.ratio.toFixed(2)}×`,
    verdict(line.ratio === undefined ? undefined : line.ratio <= RATIO_BUDGET),
  ]);
  return aligned([head, ...rows], [0, 1]);
}

/** Columns of a Markdown table; `left` are aligned to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const isLeft = (column: number) => left.includes(column);
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (isLeft(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (isLeft(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head!), rule, ...body.map(line)].join('\n');
}
