import type { Signal } from '@windlass/contracts';

/** Telemetry of many sources, for the trigger alone. All sources send in turn; signal `n` of the load is the same in every run. */
export interface Load {
  readonly name: string;
  readonly sources: number;
  /** Length of its fixed windows. */
  readonly windowUs: number;
  /** Of its window type; what is not said is the default. */
  readonly policy: Readonly<Record<string, string>>;
  /** One source more sends so much that it is parked: of so many signals of all, one is its own. */
  readonly floodEvery?: number;
  /** Windows of each source that are open at once, of which none closes. */
  readonly openPerSource?: number;
  /** Event time of signal `n` after the beginning. */
  readonly timeUs: (n: number) => number;
}

const SECOND_US = 1_000_000;
const HOUR_US = 3_600 * SECOND_US;
/** Signals of all sources together in a second of event time. */
const RATE = 20_000;
/** Signals that a window of the steady loads takes before it fires. */
const PER_WINDOW = 10;

/** 20,000 signals a second, whatever the number of sources; every window fires when its ten signals have come. */
export const steadyLoad = (sources: number): Load => ({
  name: `steady-${sources}`,
  sources,
  windowUs: Math.round((sources / RATE) * PER_WINDOW * SECOND_US),
  policy: {},
  timeUs: (n) => Math.round((n / RATE) * SECOND_US),
});

/** What a source may send a second in flooded loads; of those that do not flood, each sends 20. */
const FLOODED_LIMIT = 100;

/** The same, and one source more that floods. */
export const floodedLoad = (sources: number, floodEvery: number): Load => ({
  ...steadyLoad(sources),
  name: `flooded-${floodEvery}-${sources}`,
  floodEvery,
});

/** Settings of a hub that takes this load. */
export const settingsOf = ({ floodEvery }: Load): Record<string, string> =>
  floodEvery ? { WINDLASS_TRIGGER_SOURCE_SIGNALS_PER_SECOND: String(FLOODED_LIMIT) } : {};

/** Each source's signals go to its hourly windows in turn, and none of them closes: the watermark stays a day behind. */
export const openLoad = (sources: number, openPerSource: number): Load => ({
  name: `open-${openPerSource}-${sources}`,
  sources,
  windowUs: HOUR_US,
  policy: { outOfOrderness: '1d', onIdle: 'hold' },
  openPerSource,
  timeUs: (n) => {
    const round = Math.floor(n / sources);
    return (round % openPerSource) * HOUR_US + round * 1_000;
  },
});

/** 2025-01-01. */
const FIRST_US = 1_735_689_600_000_000;

/** The source of signal `n`. */
export const sourceOf = ({ sources }: Load, n: number): string => `source-${String(n % sources).padStart(6, '0')}`;

export const FLOODING = 'source-that-floods';

export function signalOf(load: Load, sent: number): Signal {
  const { floodEvery } = load;
  const n = floodEvery ? sent - Math.floor(sent / floodEvery) : sent;
  const isFlood = floodEvery !== undefined && sent % floodEvery === floodEvery - 1;
  return {
    source: isFlood ? FLOODING : sourceOf(load, n),
    id: `signal-${n}`,
    name: 'sample',
    eventTimeUs: FIRST_US + load.timeUs(n),
    phase: 'POINT',
    values: { pressure: 4.2 + (n % 100) / 100, temperature: 21.5 },
    count: 1,
    correlation: null,
    metadata: {},
    cause: null,
  };
}

/** Definitions file of a hub that knows this load alone. */
export const definitionsOf = ({ windowUs, policy }: Load) => ({
  windowTypes: [
    { name: 'bench', version: '1', reads: ['sample'], open: { fixed: { size: `${windowUs / 1_000}ms` } }, policy },
  ],
});
