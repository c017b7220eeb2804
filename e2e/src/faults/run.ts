import { setTimeout as delay } from 'node:timers/promises';
import { check, type Findings } from './check.ts';
import type { Facts } from './facts.ts';
import { Ground, type GroundOptions } from './ground.ts';
import type { Options } from './options.ts';
import { type Injected, type Scenario, verdictsOf } from './scenario.ts';

/** From a kill to the first outcome: the session time-out (6 s), and what taking a partition takes. */
export const RECOVERY_MS = 10_000;
/** What is under way at the end of the faults is through by then, or stuck. */
const SETTLE_MS = 180_000;
const POLL_MS = 500;

export interface Report {
  readonly name: string;
  readonly windows: number;
  readonly seconds: number;
  readonly injected: Injected;
  readonly findings: Findings;
  /** Each a line for a person; empty: it holds. */
  readonly broken: readonly string[];
}

/** Runs a scenario on servers that are there. @throws when it cannot even be run; nothing of it is left running then. */
export async function runScenario(
  scenario: Scenario,
  { options, ...surroundings }: Omit<GroundOptions, 'name' | 'shape' | 'seed'> & { readonly options: Options },
): Promise<Report> {
  const startedMs = performance.now();
  const { name } = scenario;
  const ground = new Ground({ ...surroundings, name, shape: scenario.shape(options), seed: options.seed });
  try {
    await ground.start();
    const injected = await scenario.inject(ground, options);
    await ground.pacer.finish(options.windows);
    const facts = await settled(ground, scenario, injected);
    const findings = check(facts);
    const broken = [...brokenBy(findings), ...brokenIn(injected)];
    const seconds = (performance.now() - startedMs) / 1000;
    return { name, windows: facts.expected.length, seconds, injected, findings, broken };
  } finally {
    await ground.stop();
  }
}

/** What is there when nothing is missing any more, or at the deadline. */
async function settled(ground: Ground, scenario: Scenario, injected: Injected): Promise<Facts> {
  const end = performance.now() + SETTLE_MS;
  const expected = ground.pacer
    .windows()
    .filter((window) => !injected.removed?.(window))
    .map((window) => ({ key: window.key, startUs: window.startUs, verdicts: verdictsOf(scenario, window) }));
  const wanted = expected.reduce((sum, { verdicts }) => sum + Object.keys(verdicts).length, 0);
  const { known, tail, leases } = ground;
  while (performance.now() < end && (tail.outcomes.length < wanted || (await countStored(ground)) < wanted)) {
    await delay(POLL_MS);
  }
  // What comes once more or too late would come now.
  await delay(POLL_MS * 4);
  await tail.caughtUp(SETTLE_MS);
  const [stored, parked] = [await known.stored(), await known.parked()];
  return { expected, panes: tail.panes, outcomes: tail.outcomes, stored, leases, parked };
}

const countStored = ({ known }: Ground): Promise<number> => known.countStored([0, 1, 2, 3, 4, 5, 6, 7]);

const brokenBy = ({ lost, duplicated, stuck, stale }: Findings): string[] => [
  ...lost,
  ...duplicated,
  ...stuck,
  ...stale,
];

const brokenIn = ({ recoveries = [], slowdown, broken = [] }: Injected): string[] => [
  ...broken,
  ...recoveries
    .filter(({ ms }) => ms > RECOVERY_MS)
    .map(({ service, ms }) => `${service} was back after ${ms} ms, more than ${RECOVERY_MS}`),
  ...(slowdown !== undefined && slowdown.ratio > slowdown.atMost
    ? [`good traffic's p99 was ${slowdown.ratio.toFixed(2)} times that before, more than ${slowdown.atMost}`]
    : []),
];
