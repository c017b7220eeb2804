/** One row of the recording, as far as it is used. */
export interface Sample {
  readonly atUs: number;
  /** 1: the intake valve is closed, so the compressor is off, or turns without load. 0: it works. */
  readonly intakeClosed: number;
  readonly motorAmps: number;
  /** 1: the pressure is below 7 bar. */
  readonly lowPressure: number;
  readonly reservoirBar: number;
  readonly oilCelsius: number;
}

/** How hard the compressor had to work. Shares are of the time that is covered. */
export interface Duty {
  /** Share of the window that samples cover. */
  readonly coverage: number;
  readonly loadShare: number;
  /** How often it began to work. */
  readonly starts: number;
  readonly lowPressureShare: number;
  readonly lowestBar: number;
  readonly motorAmpsUnderLoad: number | null;
  readonly highestOilCelsius: number;
}

/** A sample speaks for the time up to the next, if that comes within this: they are taken every 10 s, and the recording has gaps. */
const LONGEST_STEP_US = 60_000_000;

/** Null: no two samples are near enough to each other to speak for any time. */
export function duty(
  samples: readonly Sample[],
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
): Duty | null {
  let [coveredUs, loadUs, lowUs, ampsUs, starts] = [0, 0, 0, 0, 0];
  for (const [index, { atUs, intakeClosed, lowPressure, motorAmps }] of samples.entries()) {
    const next = samples[index + 1];
    const stepUs = (next?.atUs ?? Infinity) - atUs;
    if (next === undefined || stepUs > LONGEST_STEP_US) continue;
    const worksUs = intakeClosed === 0 ? stepUs : 0;
    coveredUs += stepUs;
    loadUs += worksUs;
    ampsUs += worksUs * motorAmps;
    if (lowPressure === 1) lowUs += stepUs;
    if (intakeClosed === 1 && next.intakeClosed === 0) starts++;
  }
  if (coveredUs === 0) return null;
  return {
    coverage: coveredUs / (endUs - startUs),
    loadShare: loadUs / coveredUs,
    starts,
    lowPressureShare: lowUs / coveredUs,
    lowestBar: Math.min(...samples.map(({ reservoirBar }) => reservoirBar)),
    motorAmpsUnderLoad: loadUs === 0 ? null : ampsUs / loadUs,
    highestOilCelsius: Math.max(...samples.map(({ oilCelsius }) => oilCelsius)),
  };
}
