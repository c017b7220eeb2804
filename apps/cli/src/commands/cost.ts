import { Command, InvalidArgumentError, Option } from 'commander';
import { askCollector, foundBy } from './collector-api.ts';
import { microsOption, parseZone } from './time-option.ts';

type CostRow = Readonly<Record<string, string | number | null>>;

/** Answer of the result-collector's `GET /v1/cost`. */
export interface Cost {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cost: readonly CostRow[];
}

interface CostOptions {
  readonly by: string;
  readonly per: 'day' | 'total';
  readonly from?: string;
  readonly to?: string;
  readonly zone: string;
  readonly windowType?: string;
  readonly algorithm?: string;
  readonly csv?: true;
  readonly json?: true;
}

const keys = ['algorithm', 'processor', 'team', 'windowType', 'policy', 'lane'];

export function costCommand(): Command {
  return new Command('cost')
    .description('what the work took: executions, attempts, CPU time, bytes of results, reruns')
    .option('--by <what>', `what is told apart, comma separated: ${keys.join(', ')}`, by, 'algorithm')
    .addOption(new Option('--per <span>', 'day: UTC').choices(['day', 'total']).default('day'))
    .option('--from <time>', 'known from: ISO 8601, without an offset in the zone; default: 7 days before --to')
    .option('--to <time>', 'known to, not included; default: now')
    .option('--zone <zone>', 'IANA time zone of times without an offset', parseZone, 'UTC')
    .option('--window-type <name@version>', 'on windows of this type')
    .option('--algorithm <name@version>', 'of this algorithm')
    .option('--csv', 'as CSV')
    .option('--json', 'the answer as the result-collector gives it')
    .addHelpText('after', foundBy)
    .action(show);
}

function by(text: string): string {
  const wrong = text.split(',').find((key) => !keys.includes(key.trim()));
  if (wrong === undefined) return text;
  throw new InvalidArgumentError(`${wrong} is none of ${keys.join(', ')}`);
}

async function show({ by: apart, per, from, to, zone, windowType, algorithm, csv, json }: CostOptions): Promise<void> {
  const query = new URLSearchParams({
    ...{ by: apart, per },
    ...(from !== undefined && { from: String(microsOption('--from', from, zone)) }),
    ...(to !== undefined && { to: String(microsOption('--to', to, zone)) }),
    ...(windowType !== undefined && { windowType }),
    ...(algorithm !== undefined && { algorithm }),
  });
  const cost = await askCollector<Cost>(`/v1/cost?${query.toString()}`);
  process.stdout.write(json ? `${JSON.stringify(cost)}\n` : csv ? costCsv(cost) : costTable(cost));
}

const MEASURES = ['executions', 'attempts', 'cpuMs', 'unmeasured', 'resultBytes', 'reruns', 'lateReruns'];

const columnsOf = ({ cost }: Cost): string[] => [
  ...Object.keys(cost[0] ?? {}).filter((name) => !MEASURES.includes(name)),
  ...MEASURES,
];

export function costCsv(cost: Cost): string {
  const columns = columnsOf(cost);
  const lines = cost.cost.map((row) => columns.map((name) => row[name] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** Aligned columns: texts to the left, numbers to the right. */
export function costTable(cost: Cost): string {
  if (cost.cost.length === 0) return 'No work became known in this time.\n';
  const columns = columnsOf(cost);
  const rows = [columns, ...cost.cost.map((row) => columns.map((name) => cellText(row[name] ?? null)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (MEASURES.includes(columns[i]!) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

const cellText = (cell: string | number | null): string =>
  cell === null ? 'unknown' : typeof cell === 'number' ? String(Math.round(cell * 10) / 10) : cell;
