import { setTimeout as delay } from 'node:timers/promises';
import type { Signal } from '@windlass/contracts';
import type { HubPublisher } from '@windlass/messaging';
import { type Act, SOURCES, sourceOf, valueOf } from './work.ts';

export interface PacerOptions {
  readonly publisher: HubPublisher;
  readonly topic: string;
  /** Signals a second, over all sources; each but a source's first closes a window. */
  readonly rate: number;
  /** What is asked of a window. */
  readonly actOf: (window: PacedWindow) => Act;
}

export interface PacedWindow {
  readonly source: number;
  /** The source's how many-th, from 0. */
  readonly n: number;
  readonly key: string;
  readonly startUs: number;
  readonly value: number;
}

const SECOND_US = 1_000_000;
const TICK_MS = 50;
/** After an outage what is due comes in pieces of this size. */
const BATCH = 500;

/** Sends samples of all sources in turn at an even pace, in order, waiting where Kafka is away; what was due meanwhile follows. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #baseUs = Math.floor(Date.now() / 1000 - 86_400) * SECOND_US;
  readonly #sentMs: number[] = [];
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#pace();
  }

  /** Signals sent. */
  get sent(): number {
    return this.#sentMs.length;
  }

  /** Goes on until so many windows have been closed, then ends with all sources at the same sample. */
  async finish(windows: number): Promise<void> {
    while (this.windowCount < windows) await delay(TICK_MS);
    this.#stopped.abort();
    await this.#running;
    const rest = SOURCES - (this.sent % SOURCES);
    if (rest < SOURCES) await this.#send(rest);
  }

  /** Closed ones. */
  get windowCount(): number {
    return Math.max(0, this.sent - SOURCES);
  }

  /** Those that are closed. */
  windows(): PacedWindow[] {
    return Array.from({ length: this.windowCount }, (_, index) => this.#windowAt(index));
  }

  /** When the signal that closes it was sent, milliseconds since 1970. */
  closedMs({ source, n }: PacedWindow): number {
    return this.#sentMs[(n + 1) * SOURCES + source] ?? NaN;
  }

  #windowAt(index: number): PacedWindow {
    const [source, n] = [index % SOURCES, Math.floor(index / SOURCES)];
    return { source, n, key: sourceOf(source), startUs: this.#baseUs + n * SECOND_US, value: valueOf(source, n) };
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
    const from = this.sent;
    const nowMs = Date.now();
    const messages = Array.from({ length: count }, (_, at) => this.#signal(from + at)).map((value) => ({
      ...{ topic: this.#options.topic, family: 'signals' as const, key: value.source, value },
    }));
    // Before it is acknowledged: whatever comes of it, it was due.
    for (let at = 0; at < count; at++) this.#sentMs.push(nowMs);
    await this.#options.publisher.publish(messages);
  }

  #signal(index: number): Signal {
    const window = this.#windowAt(index);
    return {
      ...{ source: window.key, id: `${window.key}-${window.n}`, name: 'sample', phase: 'POINT', count: 1 },
      ...{ eventTimeUs: window.startUs + SECOND_US / 2, values: { x: window.value }, units: {} },
      ...{ correlation: null, metadata: { act: this.#options.actOf(window) }, cause: null },
    };
  }
}
