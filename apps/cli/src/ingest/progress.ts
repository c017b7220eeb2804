import { formatCount, formatRows, formatSeconds } from './text.ts';

export interface ProgressTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressState {
  readonly rows: number;
  /** Of the file, 0 to 1; null: its size is not known. */
  readonly share: number | null;
}

const BAR_CELLS = 24;
const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 10_000;
/** The rate is over the last while, so that it tells what is now. */
const RATE_OVER_MS = 10_000;

/** On a terminal one line with a bar that is written over; anywhere else a plain line now and then. */
export class Progress {
  readonly #target: ProgressTarget;
  readonly #name: string;
  readonly #now: () => number;
  #toldAtMs: number;
  #marks: { readonly atMs: number; readonly state: ProgressState }[] = [];
  #hasLine = false;

  /** `now`: milliseconds of any clock that only goes forward. */
  constructor(target: ProgressTarget, name: string, now: () => number = () => performance.now()) {
    this.#target = target;
    this.#name = name;
    this.#now = now;
    this.#toldAtMs = now();
  }

  update(state: ProgressState): void {
    const atMs = this.#now();
    this.#marks.push({ atMs, state });
    while (this.#marks.length > 2 && atMs - this.#marks[0]!.atMs > RATE_OVER_MS) this.#marks.shift();
    if (atMs - this.#toldAtMs < (this.#target.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#toldAtMs = atMs;
    if (this.#target.isTTY) {
      this.#target.write(`\r\u001b[2K${this.#line(state, true).slice(0, (this.#target.columns ?? 80) - 1)}`);
      this.#hasLine = true;
    } else this.#target.write(`${this.#line(state, false)}\n`);
  }

  /** A line of its own, which stays. */
  note(text: string): void {
    this.clear();
    this.#target.write(`${text}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#hasLine) this.#target.write('\r\u001b[2K');
    this.#hasLine = false;
  }

  #line({ rows, share }: ProgressState, withBar: boolean): string {
    const { rowsPerSecond, sharePerSecond } = this.#rates();
    const parts = [this.#name];
    if (share !== null && withBar) parts.push(bar(share));
    if (share !== null) parts.push(`${Math.floor(share * 100)} %`);
    parts.push(formatRows(rows), `${formatCount(Math.round(rowsPerSecond))} rows/s`);
    if (share !== null && sharePerSecond > 0) parts.push(`${formatSeconds((1 - share) / sharePerSecond)} left`);
    return parts.join('  ');
  }

  #rates(): { rowsPerSecond: number; sharePerSecond: number } {
    const [first, last] = [this.#marks[0]!, this.#marks.at(-1)!];
    const seconds = (last.atMs - first.atMs) / 1_000;
    if (seconds <= 0) return { rowsPerSecond: 0, sharePerSecond: 0 };
    return {
      rowsPerSecond: (last.state.rows - first.state.rows) / seconds,
      sharePerSecond: ((last.state.share ?? 0) - (first.state.share ?? 0)) / seconds,
    };
  }
}

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, share) * BAR_CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
};
