import { writeFileSync } from 'node:fs';
import { Bench } from './bench.ts';
import { machine } from './machine.ts';
import { parseOptions, usage, UsageError, type Options } from './options.ts';
import { aligned, table } from './report.ts';
import { allRows, type Results } from './rows/all-rows.ts';
import { cpuRows, workRows } from './rows/lines.ts';
import { sdksBench } from './sdks/sdks-bench.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  const bench = new Bench(options, say);
  const results: Results = { lines: [], bursts: {} };
  const before = machine();
  say(
    `load average ${before.loadAverage.toFixed(1)} on ${before.cores} cores${before.loadAverage > 1 ? ': not a quiet machine' : ''}`,
  );
  try {
    const { stackSeconds, servicesSeconds } = await bench.start();
    say(`first start: servers ${stackSeconds.toFixed(1)} s, services ${servicesSeconds.toFixed(1)} s`);
    await allRows(bench, results);
  } catch (error) {
    say(`broken: ${(error as Error).stack}`);
    throw error;
  } finally {
    await bench.stop();
    bench.removeData();
  }
  report(options, results, before);
}

function report(
  { windows, singles, repeats, json }: Options,
  { lines, bursts }: Results,
  before: ReturnType<typeof machine>,
): void {
  const { cpu, cores, memoryGb, system, node, java, loadAverage } = before;
  console.log(
    `\n${cores} × ${cpu}, ${memoryGb} GB, ${system}, Node ${node}, ${java}; load average before: ${loadAverage.toFixed(1)}`,
  );
  console.log(`medians of ${repeats}; ratio: how many times better the bare pipeline is, side by side\n`);
  console.log(table(lines));
  for (const [scenario, measures] of Object.entries(bursts)) {
    console.log(`\nProcessor time of the ${scenario} burst, µs a window:\n`);
    console.log(aligned([['pipeline', 'process', 'µs'], ...cpuRows(measures, windows)], [0, 1]));
    const head = ['pipeline', 'commits', 'WAL MB', 'Kafka MB'];
    console.log(`\nAsked of the servers by the ${scenario} burst, a thousand windows:\n`);
    console.log(aligned([head, ...workRows(measures, windows)], [0]));
  }
  if (json === undefined) return;
  const measured = Object.fromEntries(
    Object.entries(bursts).map(([scenario, measures]) => [scenario, Object.fromEntries(measures)]),
  );
  writeFileSync(
    json,
    `${JSON.stringify({ machine: before, windows, singles, repeats, lines, bursts: measured }, null, 2)}\n`,
  );
}

try {
  const options = parseOptions(process.argv.slice(2));
  await (options.sdks ? sdksBench(options, say) : main(options));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
