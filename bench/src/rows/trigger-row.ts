import type { Bench } from '../bench.ts';
import { median } from '../measure/statistics.ts';
import type { Line } from '../report.ts';
import { drain, type DrainMeasure } from '../trigger/drain.ts';
import { FLOODING, floodedLoad, openLoad, sourceOf, steadyLoad, type Load } from '../trigger/load.ts';
import { TriggerGround } from '../trigger/trigger-ground.ts';

const FEW = 1_000;
/** Windows of each source of the open loads. */
const OPEN_PER_SOURCE = 10;
const MANY = 100_000;
/** Signals before a pace is taken, as a share of those after. */
const WARM_UP = 0.25;
const CHECKED_SOURCES = 100;

/** Signals a second through the trigger into fixed windows. */
export async function steadyRow(bench: Bench): Promise<Line[]> {
  const lines: Line[] = [];
  for (const load of [steadyLoad(FEW), steadyLoad(MANY)]) {
    const [measures] = await sideBySide(bench, [load]);
    const pace = median(measures!.map(({ signalsPerSecond }) => signalsPerSecond));
    lines.push(
      { what: `trigger: ${sourcesOf(load)}`, unit: 'signals/s', hub: pace, budget: { least: 20_000 } },
      ...costLines(sourcesOf(load), measures!),
    );
  }
  return lines;
}

/** What the signals of others take while one source sends 100 times what another does, and as much as all of them, and is parked. */
export async function floodRow(bench: Bench): Promise<Line[]> {
  const loads = [steadyLoad(FEW), floodedLoad(FEW, 11), floodedLoad(FEW, 2)];
  const [calm, some, half] = await sideBySide(bench, loads);
  const slowed = (flooded: readonly DrainMeasure[], floodEvery: number): number =>
    median(
      flooded.map(
        ({ signalsPerSecond }, repeat) => calm![repeat]!.signalsPerSecond / (signalsPerSecond * (1 - 1 / floodEvery)),
      ),
    );
  const cost = (flooded: readonly DrainMeasure[], floodEvery: number): number =>
    median(flooded.map(({ cpuUs }, repeat) => cpuUs.trigger / (1 - 1 / floodEvery) / calm![repeat]!.cpuUs.trigger));
  const what = 'flood: backlog of others behind a parked source that sends';
  return [
    { what: `${what} 100 times what each does`, unit: '× without', hub: slowed(some!, 11), budget: { most: 1.2 } },
    { what: `${what} 100 times what each does, trigger's processor time`, unit: '× without', hub: cost(some!, 11) },
    { what: `${what} as much as all of them`, unit: '× without', hub: slowed(half!, 2) },
    { what: `${what} as much as all of them, trigger's processor time`, unit: '× without', hub: cost(half!, 2) },
    ...costLines('one of 1,001 sources floods: half of all signals', half!),
  ];
}

/** So many sources that a batch meets each at most once, as with any greater number. */
const SPREAD = 10_000;

/**
 * A million open windows, and how soon a service that is started again works with them. What a signal costs is told beside three others:
 * a thousand windows, which are those of a hundred sources, so that a batch has dozens of signals of each, and what it does once for each
 * source (read, write) is shared by them, whatever the number of windows; one window of each of ten thousand sources, where every signal is of
 * another source, as with the million; and one window of each of as many sources as the million has.
 */
export async function openRow(bench: Bench): Promise<Line[]> {
  const loads = [
    openLoad(FEW / OPEN_PER_SOURCE, OPEN_PER_SOURCE),
    openLoad(SPREAD, 1),
    openLoad(MANY, 1),
    openLoad(MANY, OPEN_PER_SOURCE),
  ];
  const measured = await sideBySide(bench, loads);
  const [few, spread, single, many] = measured;
  const cost = ({ cpuUs }: DrainMeasure): number => cpuUs.trigger + cpuUs.postgres + cpuUs.kafka;
  const times = (others: readonly DrainMeasure[]): number =>
    median(many!.map((measure, repeat) => cost(measure) / cost(others[repeat]!)));
  const worst = (of: (measure: DrainMeasure) => number): number => Math.max(...many!.map(of));
  const what = 'open windows: a million';
  const beside = (unit: string, others: readonly DrainMeasure[], most?: number): Line => ({
    what: `${what}, cost of a signal`,
    unit,
    hub: times(others),
    ...(most !== undefined && { budget: { most } }),
  });
  return [
    ...measured.flatMap((measures, i) => costLines(windowsOf(loads[i]!), measures)),
    beside('× thousand of 100 sources', few!, 1.5),
    beside('× one of each of 10,000 sources', spread!, 1.5),
    beside('× one of each of as many sources', single!),
    {
      what: `${what}, start to ready`,
      unit: 's',
      hub: worst(({ readySeconds }) => readySeconds),
      budget: { most: 10 },
    },
    { what: `${what}, start to first signal`, unit: 's', hub: worst(({ firstSignalSeconds }) => firstSignalSeconds) },
  ];
}

const sourcesOf = ({ sources }: Load): string => `${sources.toLocaleString('en-US')} sources`;
const windowsOf = (load: Load): string =>
  `${(load.sources * load.openPerSource!).toLocaleString('en-US')} open windows of ${sourcesOf(load)}`;

/** Loads in turn, each on a hub of its own, so that the machine's pace is in all of them. @returns measures by load, then repetition. */
async function sideBySide(bench: Bench, loads: readonly Load[]): Promise<DrainMeasure[][]> {
  const { signals, repeats } = bench.options;
  const grounds: TriggerGround[] = [];
  try {
    for (const load of loads) grounds.push(await TriggerGround.start(bench, load));
    // Every source known, every window open.
    for (const ground of grounds) await fill(bench, ground);
    const measures: DrainMeasure[][] = grounds.map(() => []);
    for (let repeat = 1; repeat <= repeats; repeat++)
      for (const [index, ground] of grounds.entries()) {
        const measure = await drain(bench, ground, {
          signals: Math.round(signals * (1 + WARM_UP)),
          warmUp: signals * WARM_UP,
        });
        measures[index]!.push(measure);
        bench.say(`  ${ground.load.name} ${repeat}/${repeats}: ${said(measure)}`);
      }
    return measures;
  } finally {
    for (const ground of grounds) await ground.stop();
  }
}

/** Enough for the burst of the source that floods. */
const FLOODED_ROUNDS = 10;

async function fill(bench: Bench, ground: TriggerGround): Promise<void> {
  const { name, sources, floodEvery, openPerSource } = ground.load;
  const rounds = openPerSource ?? (floodEvery ? FLOODED_ROUNDS * floodEvery : 1);
  const { readySeconds } = await drain(bench, ground, { signals: sources * rounds, warmUp: 0 });
  bench.say(`  ${name}: ${sources * rounds} signals to fill it; ready ${readySeconds.toFixed(1)} s after its start`);
  await check(ground);
  await ground.stopTrigger();
}

/** @throws unless every source is known, and in open loads all windows of some of them are open. */
async function check(ground: TriggerGround): Promise<void> {
  const { load } = ground;
  if (load.floodEvery) {
    const parked = await ground.parked();
    if (parked.join() !== FLOODING)
      throw new Error(`${load.name}: parked are "${parked.join()}", not ${FLOODING} alone`);
  }
  const known = (await ground.sources()) - (load.floodEvery ? 1 : 0);
  if (known !== load.sources) throw new Error(`${load.name}: ${known} sources are known, not ${load.sources}`);
  if (!load.openPerSource) return;
  for (let n = 0; n < load.sources; n += Math.ceil(load.sources / CHECKED_SOURCES)) {
    const open = await ground.openWindowsOf(sourceOf(load, n));
    if (open !== load.openPerSource)
      throw new Error(`${load.name}: ${sourceOf(load, n)} has ${open} open windows, not ${load.openPerSource}`);
  }
}

const said = ({ signalsPerSecond, cpuUs, walBytes, pssMb, readySeconds, firstSignalSeconds }: DrainMeasure): string =>
  [
    `${Math.round(signalsPerSecond)} signals/s`,
    ...Object.entries(cpuUs).map(([name, us]) => `${name} ${us.toFixed(1)} µs`),
    `WAL ${Math.round(walBytes)} B`,
    `PSS ${Math.round(pssMb)} MB`,
    `ready ${readySeconds.toFixed(1)} s`,
    `first ${firstSignalSeconds.toFixed(1)} s`,
  ].join(', ');

const costLines = (what: string, measures: readonly DrainMeasure[]): Line[] => {
  const of = (value: (measure: DrainMeasure) => number): number => median(measures.map(value));
  return [
    { what: `trigger: ${what}, trigger's processor time`, unit: 'µs a signal', hub: of(({ cpuUs }) => cpuUs.trigger) },
    { what: `trigger: ${what}, Postgres's`, unit: 'µs a signal', hub: of(({ cpuUs }) => cpuUs.postgres) },
    { what: `trigger: ${what}, Kafka's`, unit: 'µs a signal', hub: of(({ cpuUs }) => cpuUs.kafka) },
    { what: `trigger: ${what}, WAL`, unit: 'bytes a signal', hub: of(({ walBytes }) => walBytes) },
    { what: `trigger: ${what}, PSS`, unit: 'MB', hub: Math.max(...measures.map(({ pssMb }) => pssMb)) },
  ];
};
