// What will be done to each unit. The plan is drawn from one seed; what the units then do is measured, not planned.
import { between, seededRandom } from './random.ts';
import type { Random } from './random.ts';

export type FaultKind = 'none' | 'constant-leak' | 'load-leak' | 'accelerating-leak';

/** A leak that begins `afterMs` into the unit's life. Only the fields of its kind are used by the unit. */
export interface Fault {
  readonly kind: FaultKind;
  readonly afterMs: number;
  /** Bytes a second kept by a constant leak, and by an accelerating one at its onset. */
  readonly bytesPerSecond: number;
  /** Bytes kept for each request by a load-dependent leak. */
  readonly bytesPerRequest: number;
  /** Time in which an accelerating leak's rate doubles. */
  readonly doublingMs: number;
}

/** Requests a second: a base that swings as a sine, and bursts of double load. */
export interface LoadShape {
  readonly seed: number;
  readonly baseRps: number;
  /** Share of the base by which the load swings up and down, 0..1. */
  readonly swing: number;
  readonly periodMs: number;
  readonly phase: number;
  readonly burstEveryMs: number;
  readonly burstForMs: number;
}

/** The sender of a unit has no connection from `fromMs` of its life for `forMs`. */
export interface Outage {
  readonly fromMs: number;
  readonly forMs: number;
}

export interface UnitPlan {
  readonly unit: string;
  readonly split: 'fit' | 'test';
  readonly fault: Fault;
  readonly load: LoadShape;
  readonly outage: Outage | null;
  /** The recorder ends the unit at this age, if nothing else did. */
  readonly maxLifeMs: number;
}

/** A healthy unit is ended at this age; a faulty one that its leak has not killed a little earlier, so that no life is longer than a healthy one. */
export const HEALTHY_LIFE_MS = 210_000;
export const FAULTY_LIFE_LIMIT_MS = 200_000;

/** Units whose sender is cut off: two faulty ones and a healthy one while they run, and one from its degradation until after its death. */
const OUTAGES: ReadonlyMap<number, Outage> = new Map([
  [5, { fromMs: 70_000, forMs: 20_000 }],
  [8, { fromMs: 60_000, forMs: 25_000 }],
  [10, { fromMs: 40_000, forMs: 15_000 }],
  [27, { fromMs: 75_000, forMs: 200_000 }],
]);

const FAULTS = ['constant-leak', 'load-leak', 'accelerating-leak'] as const;

/** Draws `count` units: every fourth of the first 32 stays healthy, the others take the three faults in turn; two of five of each kind are for fitting. */
export function drawPlan(seed: number, count: number): UnitPlan[] {
  const random = seededRandom(seed);
  const drawn = new Map<FaultKind, number>();
  let faulty = 0;
  return Array.from({ length: count }, (_, index) => {
    const kind: FaultKind = index < 32 && index % 4 === 3 ? 'none' : FAULTS[faulty++ % FAULTS.length]!;
    const nth = drawn.get(kind) ?? 0;
    drawn.set(kind, nth + 1);
    return {
      unit: `unit-${String(index + 1).padStart(2, '0')}`,
      split: nth % 5 === 0 || nth % 5 === 2 ? 'fit' : 'test',
      fault: drawFault(random, kind),
      load: drawLoad(random),
      outage: OUTAGES.get(index + 1) ?? null,
      maxLifeMs: kind === 'none' ? HEALTHY_LIFE_MS : FAULTY_LIFE_LIMIT_MS,
    };
  });
}

/** The load wanted at an age of the unit, in requests a second. */
export function requestRate(load: LoadShape, ageMs: number): number {
  const sine = 1 + load.swing * Math.sin(load.phase + (2 * Math.PI * ageMs) / load.periodMs);
  const burst = ageMs % load.burstEveryMs >= load.burstEveryMs - load.burstForMs ? 2 : 1;
  return load.baseRps * sine * burst;
}

function drawFault(random: Random, kind: FaultKind): Fault {
  return {
    kind,
    afterMs: Math.round(between(random, 45_000, 95_000)),
    bytesPerSecond: Math.round(
      kind === 'accelerating-leak' ? between(random, 80_000, 200_000) : between(random, 450_000, 1_300_000),
    ),
    bytesPerRequest: Math.round(between(random, 32_000, 72_000)),
    doublingMs: Math.round(between(random, 12_000, 24_000)),
  };
}

function drawLoad(random: Random): LoadShape {
  return {
    seed: Math.floor(random() * 4_294_967_296),
    baseRps: between(random, 9, 18),
    swing: between(random, 0.2, 0.6),
    periodMs: between(random, 20_000, 70_000),
    phase: between(random, 0, 2 * Math.PI),
    burstEveryMs: between(random, 25_000, 60_000),
    burstForMs: between(random, 2_000, 6_000),
  };
}
