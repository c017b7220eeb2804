import { backoffMs, type Log, pause } from '@windlass/messaging';
import type { EntryOutbox, RegistryTopic } from './ports.ts';

/** Entries of one publish, at most. */
const BATCH = 1_000;

/**
 * Brings committed entries to the registry topic, in the order of their commits. A crash between publishing and marking
 * publishes again, which readers ignore; what a crash left unpublished goes out at the next start.
 */
export class Publishing {
  private readonly entries: EntryOutbox;
  private readonly topic: RegistryTopic;
  private readonly log: Log;
  private readonly stopped = new AbortController();
  /** Rounds asked for and begun: a round that began after the call has seen what was committed before it. */
  private asked = 0;
  private done = 0;
  private waiting: { readonly asked: number; readonly resolve: () => void }[] = [];
  private wake = Promise.withResolvers<void>();
  private running: Promise<void> | undefined;

  constructor({
    entries,
    topic,
    log,
  }: {
    readonly entries: EntryOutbox;
    readonly topic: RegistryTopic;
    readonly log: Log;
  }) {
    this.entries = entries;
    this.topic = topic;
    this.log = log;
  }

  /** Publishes what is left from before, then whatever is committed; whatever fails is tried again until it works. */
  start(): void {
    this.running ??= this.run();
    void this.flush({ waitMs: 0 });
  }

  /** Resolves when everything committed before the call is published, at the latest after `waitMs`: then it will be later. */
  async flush({ waitMs }: { readonly waitMs: number }): Promise<void> {
    const asked = ++this.asked;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push({ asked, resolve });
    this.wake.resolve();
    const late = new AbortController();
    await Promise.race([promise, pause(waitMs, late.signal)]);
    late.abort();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.wake.resolve();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopped.signal.aborted;) {
      if (this.done === this.asked) await this.wake.promise;
      this.wake = Promise.withResolvers();
      const round = this.asked;
      try {
        await this.publishAll();
        failures = 0;
        this.finish(round);
      } catch (error) {
        this.log.warn({ err: error, failures }, 'the registry topic cannot be written now; it will be');
        await pause(backoffMs(failures++), this.stopped.signal);
      }
    }
  }

  private async publishAll(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted)
      if (!(await this.entries.publishNext(BATCH, (batch) => this.topic.publish(batch, signal)))) return;
  }

  private finish(round: number): void {
    this.done = round;
    for (const { asked, resolve } of this.waiting) if (asked <= round) resolve();
    this.waiting = this.waiting.filter(({ asked }) => asked > round);
  }
}
