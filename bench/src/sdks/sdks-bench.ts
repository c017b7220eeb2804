import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram, missingOf, startEmbedded } from '@windlass/embedded';
import { createKafka, kafkaConnection } from '@windlass/messaging';
import type { Admin, Kafka } from 'kafkajs';
import { machine } from '../machine.ts';
import { median, percentile } from '../measure/statistics.ts';
import { UsageError, type Options } from '../options.ts';
import { burstOf, idleOf, singlesOf, type Burst, type Idle } from './measures.ts';
import { footprintPage, type Footprint } from './page.ts';
import { SpokeProcess } from './spoke-process.ts';
import { StandInHub } from './stand-in-hub.ts';
import { CHAIN, TRIVIAL_TASKS } from './tasks.ts';
import { sizeOf, toolboxes, versionOf, type Toolbox } from './toolbox.ts';

const page = fileURLToPath(new URL('../../../docs/reference/footprint.md', import.meta.url));

/** What a spoke costs in each language. Prints the page, and writes it where it belongs when that was asked for. */
export async function sdksBench(options: Options, say: (line: string) => void): Promise<void> {
  const { dataDir, isTemporary, json, docs, repeats } = options;
  const wanted = chosen(options.sdks ?? []);
  const before = machine();
  const missing: string[] = [];
  const footprints: Footprint[] = [];
  const stack = await startEmbedded({ dataDir, onProgress: say });
  try {
    const kafka = createKafka(kafkaConnection({ ...stack.env }, 'bench'));
    const admin = kafka.admin();
    await admin.connect();
    for (const toolbox of wanted) {
      const lacking = missingOf(toolbox);
      if (lacking.length > 0) missing.push(`${toolbox.title}: ${lacking.join(', ')} not on the path`);
      else footprints.push(await footprintOf(toolbox, { options, say, kafka, admin, env: { ...stack.env } }));
    }
    await admin.disconnect();
  } finally {
    await stack.stop();
    if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
  }
  const text = footprintPage({
    footprints,
    missing,
    machine: before,
    repeats,
    tasks: options.tasks,
    singles: options.singles,
  });
  console.log(text);
  if (docs) writeFileSync(page, text);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: before, footprints }, null, 2)}\n`);
}

/** @throws UsageError on a language that has no toolbox. */
function chosen(names: readonly string[]): Toolbox[] {
  const all = toolboxes();
  const known = all.map(({ name }) => name);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new UsageError(`there is no toolbox '${wrong}': possible are ${known.join(', ')}`);
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}

interface Ground {
  readonly options: Options;
  readonly say: (line: string) => void;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly env: Readonly<Record<string, string>>;
}

async function footprintOf(toolbox: Toolbox, ground: Ground): Promise<Footprint> {
  const { say, options } = ground;
  say(`${toolbox.title}: building`);
  buildProgram(toolbox);
  const idles: Idle[] = [];
  const singles: number[] = [];
  const chains: Burst[] = [];
  const trivials: Burst[] = [];
  for (let repeat = 1; repeat <= options.repeats; repeat++) {
    const one = await measure(toolbox, ground, repeat);
    idles.push(one.idle);
    singles.push(...one.singles);
    chains.push(one.chain);
    trivials.push(one.trivial);
    say(
      `  ${toolbox.title} ${repeat}/${options.repeats}: ${one.idle.idleMb.toFixed(0)} MB idle, ${one.chain.memoryMb.toFixed(0)} MB under load, ` +
        `${one.chain.perSecond.toFixed(0)} and ${one.trivial.perSecond.toFixed(0)} tasks/s`,
    );
  }
  const { program, runtime, cwd, name, title } = toolbox;
  return {
    name,
    title,
    version: versionOf(toolbox),
    startSeconds: median(idles.map(({ startSeconds }) => startSeconds)),
    idleMb: median(idles.map(({ idleMb }) => idleMb)),
    processes: median(idles.map(({ processes }) => processes)),
    loadMb: median(chains.map(({ memoryMb }) => memoryMb)),
    chain: burstMedian(chains),
    trivial: burstMedian(trivials),
    p50Ms: percentile(singles, 0.5),
    p99Ms: percentile(singles, 0.99),
    program: { is: program.is, mb: sizeOf(program, cwd) },
    ...(runtime && { runtime: { is: runtime.is, mb: sizeOf(runtime, cwd) } }),
  };
}

const burstMedian = (bursts: readonly Burst[]) => ({
  perSecond: median(bursts.map(({ perSecond }) => perSecond)),
  cpuUs: median(bursts.map(({ cpuUs }) => cpuUs)),
});

async function measure(toolbox: Toolbox, { options, say: _, ...rest }: Ground, repeat: number) {
  const logs = join(options.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const prefix = `bench-${toolbox.name}-${repeat}`;
  const hub = await StandInHub.start({ ...rest, prefix });
  const start = () => new SpokeProcess(toolbox, hub.env, join(logs, `${prefix}.log`));
  try {
    const { spoke, idle } = await idleOf(hub, start);
    const singles = await singlesOf(hub, spoke, options.singles).finally(() => spoke.stop());
    const chain = await burstOf(hub, start, CHAIN, options.tasks);
    const trivial = await burstOf(hub, start, ['trivial'], options.tasks * TRIVIAL_TASKS);
    return { idle, singles, chain, trivial };
  } finally {
    await hub.stop();
  }
}
