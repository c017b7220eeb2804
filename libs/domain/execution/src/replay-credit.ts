import type { EpochUs } from '@windlass/dag';

/** How much longer than on an idle hub a task may be under way because of replays. */
const TARGET_US = 3_000;
/** The same where no live task waits behind them: as much as makes batches that are worth their while. */
const ALONE_TARGET_US = 50_000;
/** So many quick ones go at a time: together they cost the hub little more than one. */
export const FEW = 4;
/** What those few may work together. */
const FEW_BUSY_US = 10_000;
/** Part that one more task has in the mean of how long tasks work. */
const NEWEST = 0.1;
/** The shortest way is that of the last ten minutes, kept by the minute: a hub's ways change with its load and its brokers. */
const PERIOD_US = 60_000_000;
const PERIODS = 10;
/** The shortest of so many ways says whether others wait: one that was slow for itself does not. */
const SEEN = 4;
/** Never more under way: what must be waited for when live work comes. */
export const MAX_REPLAYS = 200;
/** Never fewer under way, on the average: however busy the hub is, a replay goes on. */
const MIN_REPLAYS = 0.5;
/** Ways between a few and the next ones while live work is about, at most so long: most of it meets none of them then. */
const APART = 30;
const MOST_APART_US = 500_000;
/** What one answer may lower the window by. */
const LEAST_SHARE = 0.9;

/**
 * How many replays and tries of one processor may be under way, so that live tasks hardly wait behind them: a window that yields to others
 * as LEDBAT's does (RFC 6817). It grows by one each way while tasks are under way hardly longer than the shortest of late, and falls by
 * the part they are longer. So it takes what live leaves, wherever the way is narrow: a spoke's, the hub's or a broker's. A window of
 * less than a few is a few with rests between them. Where nothing is live it may take its time: few large batches do more than many small ones.
 * While live work is about, what it leaves is taken a few at a time and far apart, however much it is.
 */
export class ReplayCredit {
  private window = 1;
  private busyUs = FEW_BUSY_US;
  private usedUp = false;
  private wasAlone = false;
  private periodUs = 0;
  private readonly shortest: number[] = [];
  private readonly ways: number[] = [];

  /** How many at a time, and how long nothing is sent once they have been answered. */
  allows({ isLiveAbout }: { readonly isLiveAbout: boolean }): { readonly limit: number; readonly restUs: number } {
    const { limit, restUs } = this;
    if (!isLiveAbout || this.ways.length === 0) return { limit, restUs };
    const apartUs = Math.min(Math.round(Math.min(...this.ways) * APART), MOST_APART_US);
    return { limit: Math.min(limit, Math.floor(this.few)), restUs: Math.max(restUs, apartUs) };
  }

  /** At a time, while nothing live is about. */
  get limit(): number {
    return Math.floor(Math.max(this.few, this.window));
  }

  /** How long nothing is sent then once they have been answered. */
  get restUs(): number {
    if (this.window >= this.few || this.ways.length === 0) return 0;
    return Math.round(Math.min(...this.ways) * (this.few / this.window - 1));
  }

  /** Told when a replay had to wait for lack of credit. */
  exhausted(): void {
    this.usedUp = true;
  }

  /**
   * Told of each answered task. `busyUs`: how long its algorithms worked. `wayUs`: from its dispatch to its answer, without that; one
   * that is no time is not counted: another clock dispatched it.
   */
  answer({ nowUs, wayUs, busyUs, isLive, isAlone }: AnsweredWay): void {
    if (wayUs <= 0) return;
    this.busyUs += (busyUs - this.busyUs) * NEWEST;
    this.ways.push(wayUs);
    if (this.ways.length > SEEN) this.ways.shift();
    this.remember(nowUs, wayUs);
    if (this.wasAlone && !isAlone) this.window = Math.min(this.window, this.few);
    this.wasAlone = isAlone;
    if (isLive) return;
    const longerUs = Math.min(...this.ways) - Math.min(...this.shortest);
    const targetUs = isAlone ? ALONE_TARGET_US : TARGET_US;
    const change = (targetUs - longerUs) / targetUs / this.limit;
    if (change > 0 && !this.usedUp) return;
    this.usedUp = false;
    this.window = Math.min(Math.max(this.window + change, this.window * LEAST_SHARE, MIN_REPLAYS), MAX_REPLAYS);
  }

  private get few(): number {
    return Math.min(FEW, Math.max(1, FEW_BUSY_US / Math.max(this.busyUs, 1)));
  }

  private remember(nowUs: EpochUs, wayUs: number): void {
    if (this.shortest.length === 0 || nowUs >= this.periodUs + PERIOD_US) {
      this.periodUs = nowUs;
      this.shortest.push(wayUs);
      if (this.shortest.length > PERIODS) this.shortest.shift();
      return;
    }
    this.shortest.push(Math.min(this.shortest.pop()!, wayUs));
  }
}

interface AnsweredWay {
  readonly nowUs: EpochUs;
  readonly wayUs: number;
  readonly busyUs: number;
  readonly isLive: boolean;
  /** Nothing live is about. */
  readonly isAlone: boolean;
}
