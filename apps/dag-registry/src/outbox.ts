import { backoffMs, type Log, pause } from '@windlass/messaging';
import type { RegistryStore, RegistryTopic } from './ports.ts';

/** Entries of one publish: a revision may be some MiB, so they are few. */
const BATCH = 50;

/**
 * Brings committed entries to the registry topic, in the order of their commits. A crash between publishing and marking
 * publishes again, which readers ignore; what a crash left unpublished goes out at the next start.
 */
export class Outbox {
  private readonly store: RegistryStore;
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
    store,
    topic,
    log,
  }: {
    readonly store: RegistryStore;
    readonly topic: RegistryTopic;
    readonly log: Log;
  }) {
    this.store = store;
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
    for (;;) {
      const entries = await this.store.unpublished(BATCH);
      if (entries.length === 0 || this.stopped.signal.aborted) return;
      await this.topic.publish(entries);
      await this.store.markPublished(entries);
    }
  }

  private finish(round: number): void {
    this.done = round;
    for (const { asked, resolve } of this.waiting) if (asked <= round) resolve();
    this.waiting = this.waiting.filter(({ asked }) => asked > round);
  }
}
