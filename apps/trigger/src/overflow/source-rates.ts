/** So many signals a second of one source in the long run, and so many at once. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** How a source sent that went over its rate: so many signals since it was last within it with all of its burst left. */
export interface Excess {
  readonly signals: number;
  readonly spanUs: number;
}

interface Bucket {
  /** When all tokens are there again. */
  fullAtUs: number;
  /** When they last were. */
  sinceUs: number;
  lastUs: number;
  signals: number;
}

/** Full buckets are forgotten whenever there are so many more than the last time. */
const SWEEP_FROM = 10_000;

/** A token bucket for each source, as the time at which it is full again (GCRA, ITU-T I.371). Time comes in with the signals. */
export class SourceRates {
  private readonly stepUs: number;
  private readonly burstUs: number;
  private readonly buckets = new Map<string, Bucket>();
  private sweepAt = SWEEP_FROM;

  constructor({ perSecond, burst }: RateLimit) {
    this.stepUs = 1_000_000 / perSecond;
    this.burstUs = burst * this.stepUs;
  }

  /**
   * Takes a token for a signal that was sent at this time; one that goes back in time counts as of the last.
   * @returns how the source sent, when there is no token; then its bucket begins anew.
   */
  take(source: string, atUs: number): Excess | undefined {
    const bucket = this.bucketOf(source, atUs);
    bucket.lastUs = Math.max(bucket.lastUs, atUs);
    bucket.signals += 1;
    bucket.fullAtUs += this.stepUs;
    // Half a token more: sums of steps that are no whole microseconds are a little off.
    if (bucket.fullAtUs - bucket.lastUs <= this.burstUs + this.stepUs / 2) return undefined;
    this.buckets.delete(source);
    return { signals: bucket.signals, spanUs: bucket.lastUs - bucket.sinceUs };
  }

  private bucketOf(source: string, atUs: number): Bucket {
    const known = this.buckets.get(source);
    if (known && known.fullAtUs > atUs) return known;
    const full = { fullAtUs: atUs, sinceUs: atUs, lastUs: atUs, signals: 0 };
    this.buckets.set(source, full);
    if (this.buckets.size >= this.sweepAt) this.sweep(atUs);
    return full;
  }

  private sweep(nowUs: number): void {
    for (const [source, { fullAtUs }] of this.buckets) if (fullAtUs < nowUs) this.buckets.delete(source);
    this.sweepAt = Math.max(SWEEP_FROM, 2 * this.buckets.size);
  }
}
