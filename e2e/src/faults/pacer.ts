import { setTimeout as delay } from 'node:timers/promises';
import type { Signal } from '@windlass/contracts';
import type { HubPublisher } from '@windlass/messaging';
import { type Act, type Kind, SOURCES, sourceOf, valueOf } from './work.ts';

export interface PacerOptions {
  readonly publisher: HubPublisher;
  readonly topic: string;
  /** Signals a second, over all sources; each but a source's first closes a window. */
  readonly rate: number;
  readonly kindOf: (source: number) => Kind;
}

/** What is asked of a window, when its signal is sent: of a source of this kind, its n-th. */
export type Asking = (window: { readonly kind: Kind; readonly n: number; readonly index: number }) => Act;

export interface PacedWindow {
  /** In the order of sending. */
  readonly index: number;
  readonly kind: Kind;
  readonly key: string;
  readonly startUs: number;
  readonly value: number;
  readonly act: Act;
  /** When the signal that closes it was due, milliseconds since 1970. */
  readonly closedMs: number;
  /** Closed at its time; the last ones of all sources are closed at once. */
  readonly isPaced: boolean;
}

const SECOND_US = 1_000_000;
const TICK_MS = 50;
/** After an outage what is due comes in pieces of this size. */
const BATCH = 500;

/** Sends samples of all sources in turn at an even pace, in order, waiting where Kafka is away; what was due meanwhile follows. */
export class Pacer {
  /** What is asked of the windows that are sent from now on. */
  asking: Asking = () => 'none';
  readonly #options: PacerOptions;
  readonly #baseUs = Math.floor(Date.now() / 1000 - 86_400) * SECOND_US;
  readonly #sentMs: number[] = [];
  readonly #acts: Act[] = [];
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #pacedCount = Infinity;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#pace();
    // Told by `finish`; a run that fails first must not end the program before it is cleaned up.
    this.#running.catch(() => undefined);
  }

  /** Signals sent. */
  get sent(): number {
    return this.#sentMs.length;
  }

  /** Resolves when so many windows have been closed; goes on. */
  async reached(windows: number): Promise<void> {
    while (this.windowCount < windows) await delay(TICK_MS);
  }

  /** Goes on until so many windows have been closed, then ends with all sources at the same sample. */
  async finish(windows: number): Promise<void> {
    await this.reached(windows);
    this.#stopped.abort();
    await this.#running;
    this.#pacedCount = this.windowCount;
    const rest = SOURCES - (this.sent % SOURCES);
    if (rest < SOURCES) await this.#send(rest);
  }

  /** At once; for a run that has failed. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Closed ones. */
  get windowCount(): number {
    return Math.max(0, this.sent - SOURCES);
  }

  /** Those that are closed, in the order of sending. */
  windows(): PacedWindow[] {
    return Array.from({ length: this.windowCount }, (_, index) => {
      const source = index % SOURCES;
      return {
        ...{ index, key: sourceOf(source), kind: this.#options.kindOf(source) },
        ...{ startUs: this.#startUs(index), value: valueOf(source, Math.floor(index / SOURCES)) },
        ...{ act: this.#acts[index]!, closedMs: this.#sentMs[index + SOURCES]! },
        isPaced: index < this.#pacedCount,
      };
    });
  }

  #startUs(index: number): number {
    return this.#baseUs + Math.floor(index / SOURCES) * SECOND_US;
  }

  async #pace(): Promise<void> {
    const startedMs = performance.now();
    while (!this.#stopped.signal.aborted) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * this.#options.rate) - this.sent;
      if (due > 0) await this.#send(Math.min(due, BATCH));
      if (due <= BATCH) await delay(TICK_MS);
    }
  }

  async #send(count: number): Promise<void> {
    const nowMs = Date.now();
    const values = Array.from({ length: count }, () => {
      const index = this.sent;
      // Before it is acknowledged: whatever comes of it, it was due.
      this.#sentMs.push(nowMs);
      const [source, n] = [index % SOURCES, Math.floor(index / SOURCES)];
      this.#acts.push(this.asking({ kind: this.#options.kindOf(source), n, index }));
      return this.#signal(index);
    });
    const { publisher, topic } = this.#options;
    await publisher.publish(values.map((value) => ({ topic, family: 'signals', key: value.source, value })));
  }

  #signal(index: number): Signal {
    const [source, n] = [index % SOURCES, Math.floor(index / SOURCES)];
    return {
      ...{ source: sourceOf(source), id: `${source}-${n}`, name: 'sample', phase: 'POINT', count: 1 },
      ...{ eventTimeUs: this.#startUs(index) + SECOND_US / 2, values: { x: valueOf(source, n) }, units: {} },
      ...{ correlation: null, metadata: { act: this.#acts[index]! }, cause: null },
    };
  }
}
