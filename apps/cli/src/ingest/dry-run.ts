import { timeText } from '@windlass/simulation';
import { type BoundMapping, usedColumns } from './columns.ts';
import type { FixedOrColumn, Mapping } from './mapping.ts';
import { openRows } from './rows.ts';

export interface DryRun {
  readonly path: string;
  readonly mapping: Mapping;
  readonly rows: number;
  /** JSON lines: what the rows become. */
  readonly out: (line: string) => void;
  /** How columns are read, and rows that become nothing. */
  readonly note: (line: string) => void;
}

/** Shows what the first rows become; nothing is sent. Resolves with how many of them are bad. */
export async function dryRun({ path, mapping, rows: wanted, out, note }: DryRun): Promise<number> {
  const { input, rows, mapping: bound } = await openRows({ path, mapping, soFar: null, withRaw: false });
  for (const line of describeMapping(bound)) note(line);
  let [shown, bad] = [0, 0];
  for await (const { line, signal, problem } of rows) {
    if (signal === null) {
      bad++;
      note(`${input.name}:${line}: ${problem}`);
    } else out(JSON.stringify({ signal: { ...signal, eventTime: timeText(signal.eventTime) } }));
    if (++shown === wanted) break;
  }
  input.close();
  return bad;
}

function describeMapping(mapping: BoundMapping): string[] {
  const { time, source, name, values, columns } = mapping;
  const said = (rule: FixedOrColumn): string => ('fixed' in rule ? `"${rule.fixed}"` : `column "${rule.column}"`);
  const channels = Object.entries(values).map(([channel, column]) =>
    channel === column ? channel : `${channel} (${column})`,
  );
  const used = new Set([...usedColumns(mapping).map(([, column]) => column), ...Object.values(values)]);
  const unused = columns.filter((column) => !used.has(column)).map((column) => column || '(a column without a name)');
  return [
    `time: column "${time.column}", ${time.format}, ${time.zone} where no offset is written`,
    `source: ${said(source)}; name: ${said(name)}`,
    `values: ${channels.join(', ') || 'none'}`,
    ...(unused.length > 0 ? [`not used: ${unused.join(', ')}`] : []),
  ];
}
