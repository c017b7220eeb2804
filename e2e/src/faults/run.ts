import { setTimeout as delay } from 'node:timers/promises';
import { check, type Findings } from './check.ts';
import type { Facts, ToldOutcome } from './facts.ts';
import { Ground, type GroundOptions } from './ground.ts';
import type { Options } from './options.ts';
import type { PacedWindow } from './pacer.ts';
import { quantile } from './quantile.ts';
import type { Injected, Scenario } from './scenario.ts';
import { verdictsOf } from './work.ts';

/** From a kill to the first outcome: the session time-out (6 s), and what taking a partition takes. */
const RECOVERY_MS = 10_000;
/** What is under way at the end of the faults is through by then, or stuck. */
const SETTLE_MS = 240_000;
const POLL_MS = 500;
/** What comes twice or too late would come by then. */
const AFTERMATH_MS = 2_000;

export interface Report {
  readonly name: string;
  readonly windows: number;
  readonly seconds: number;
  readonly injected: Injected;
  readonly findings: Findings;
  /** Good traffic's p99 beside the fault, as a part of that before it. */
  readonly slowdown: number | undefined;
  /** Each a line for a person; empty: it holds. */
  readonly broken: readonly string[];
}

/** Runs a scenario on servers that are there. @throws when it cannot even be run; nothing of it is left running then. */
export async function runScenario(
  scenario: Scenario,
  { options, ...surroundings }: Omit<GroundOptions, 'name' | 'shape' | 'seed'> & { readonly options: Options },
): Promise<Report> {
  const startedMs = performance.now();
  const { name, shape } = scenario;
  const ground = new Ground({ ...surroundings, name, shape, seed: options.seed });
  try {
    await ground.start();
    const injected = await scenario.inject(ground, options);
    await ground.pacer.finish(options.windows);
    const facts = await settled(ground, injected);
    const findings = check(facts);
    const slowdown = injected.beside && slowdownOf(ground.pacer.windows(), facts.outcomes, injected.beside.fromIndex);
    const broken = [...brokenBy(findings), ...brokenIn(injected, slowdown)];
    const seconds = (performance.now() - startedMs) / 1000;
    return { name, windows: facts.expected.length, seconds, injected, findings, slowdown, broken };
  } finally {
    await ground.stop();
  }
}

/** What is there when nothing is missing any more, or at the deadline. */
async function settled({ pacer, known, tail, leases }: Ground, { isRemoved }: Injected): Promise<Facts> {
  const end = performance.now() + SETTLE_MS;
  const expected = pacer
    .windows()
    .filter((window) => !isRemoved?.(window))
    .map((window) => ({ key: window.key, startUs: window.startUs, verdicts: verdictsOf(window) }));
  const wanted = expected.reduce((sum, { verdicts }) => sum + Object.keys(verdicts).length, 0);
  const isThere = async () => tail.outcomes.length >= wanted && (await known.countStored()) >= wanted;
  while (performance.now() < end && !(await isThere())) await delay(POLL_MS);
  await delay(AFTERMATH_MS);
  await tail.caughtUp(SETTLE_MS);
  const [stored, parked] = [await known.stored(), await known.parked()];
  return { expected, panes: tail.panes, outcomes: tail.outcomes, stored, leases, parked };
}

/** From the signal that closes a window to its last outcome, of windows that have nothing to do with the fault. */
function slowdownOf(windows: readonly PacedWindow[], outcomes: readonly ToldOutcome[], fromIndex: number): number {
  const lastMs = new Map<string, number>();
  for (const { key, startUs, atMs } of outcomes) {
    const window = `${key} ${startUs}`;
    lastMs.set(window, Math.max(atMs, lastMs.get(window) ?? 0));
  }
  const p99 = (of: (window: PacedWindow) => boolean) => {
    const good = windows.filter((window) => window.kind === 'pump' && window.isPaced && of(window));
    const took = good.flatMap(({ key, startUs, closedMs }) => (lastMs.get(`${key} ${startUs}`) ?? NaN) - closedMs);
    return quantile(
      took.filter((ms) => !Number.isNaN(ms)),
      0.99,
    );
  };
  // The first are those of a hub that has just started.
  const before = p99(({ index }) => index >= fromIndex / 3 && index < fromIndex);
  return p99(({ index }) => index >= fromIndex) / before;
}

const brokenBy = ({ lost, duplicated, stuck, stale }: Findings): string[] => [
  ...lost,
  ...duplicated,
  ...stuck,
  ...stale,
];

function brokenIn(injected: Injected, slowdown: number | undefined): string[] {
  const { recoveries = [], recoveryLimitMs = RECOVERY_MS, beside, broken = [] } = injected;
  return [
    ...broken,
    ...recoveries
      .filter(({ ms }) => ms > recoveryLimitMs)
      .map(({ of, ms }) => `${of} was back after ${ms} ms, more than ${recoveryLimitMs}`),
    ...(beside !== undefined && !(slowdown! <= beside.atMost)
      ? [`good traffic's p99 was ${slowdown!.toFixed(2)} times that before, more than ${beside.atMost}`]
      : []),
  ];
}
