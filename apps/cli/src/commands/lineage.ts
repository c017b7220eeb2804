import { Command, Option } from 'commander';
import { count } from './count-option.ts';
import { askCollector, foundBy } from './collector-api.ts';
import { dotOfLineage, mermaidOfLineage } from './lineage-graph.ts';
import { describeLineage, type Lineage } from './lineage-text.ts';
import { microsOption, parseZone } from './time-option.ts';

interface LineageOptions {
  readonly direction: 'up' | 'down';
  readonly depth: number;
  readonly asOf?: string;
  readonly zone: string;
  readonly format: 'text' | 'dot' | 'mermaid' | 'json';
}

export function lineageCommand(): Command {
  return new Command('lineage')
    .argument('<execution id>', '32 hex digits, as results name it')
    .description('what a result was made from: which runs, by which version, under which DAG revision and policy')
    .addOption(
      new Option('--direction <way>', 'up: what it was made from; down: what was made from it')
        .choices(['up', 'down'])
        .default('up'),
    )
    .option('--depth <steps>', 'at most 50', count, 10)
    .option('--as-of <time>', 'as it was known then: ISO 8601, without an offset in the zone')
    .option('--zone <zone>', 'IANA time zone of --as-of', parseZone, 'UTC')
    .addOption(
      new Option('--format <what>', 'how to show it').choices(['text', 'dot', 'mermaid', 'json']).default('text'),
    )
    .addHelpText('after', foundBy)
    .action(show);
}

async function show(id: string, { direction, depth, asOf, zone, format }: LineageOptions): Promise<void> {
  const query = new URLSearchParams({
    direction,
    depth: String(depth),
    ...(asOf !== undefined && { asOf: String(microsOption('--as-of', asOf, zone)) }),
  });
  const path = `/v1/results/${encodeURIComponent(id)}/lineage?${query.toString()}`;
  const lineage = await askCollector<Lineage>(path);
  process.stdout.write(textOf[format](lineage, direction));
}

const textOf: Readonly<Record<LineageOptions['format'], (lineage: Lineage, direction: 'up' | 'down') => string>> = {
  text: describeLineage,
  dot: dotOfLineage,
  mermaid: mermaidOfLineage,
  json: (lineage) => `${JSON.stringify(lineage)}\n`,
};
