import { applyEntry, type DagRevision, emptyRegistryView, type Hold, liveRevision, revisionOf } from '@windlass/dag';
import { Plans } from '@windlass/execution';
import { type Following, followCompacted, type FollowOptions } from '@windlass/messaging';

/** DAG revisions and holds of the registry topic, as far as they have been read. Policies and sources do not concern the router. */
export class DagView {
  readonly plans = new Plans({
    revisionOf: (number) => revisionOf(this.view, number),
    live: () => liveRevision(this.view),
  });
  private view = emptyRegistryView;
  private following: Following | undefined;
  private readonly caughtUp = Promise.withResolvers<void>();
  private held: readonly Hold[] = [];
  private isRead = false;
  private readonly listeners: (() => void)[] = [];

  /** Reads what is there, then what follows. Never throws: it waits for Kafka as long as it takes. */
  follow(options: Pick<FollowOptions<'registry'>, 'kafka' | 'registryUrl' | 'prefix' | 'topic' | 'log'>): void {
    this.following = followCompacted({
      ...options,
      family: 'registry',
      apply: ({ value }) => {
        if (value?.kind !== 'REVISION' && !value?.extension) return;
        const { holds } = this.view;
        this.view = applyEntry(this.view, value);
        if (this.view.holds === holds) return;
        this.held = [...this.view.holds.values()];
        if (this.isRead) for (const listener of this.listeners) listener();
      },
    });
    void this.following.caughtUp.then(() => {
      this.isRead = true;
      this.caughtUp.resolve();
    });
  }

  /** Resolves when all that was there at the start has been read: before, nobody can tell what may be forgotten. */
  whenCaughtUp(): Promise<void> {
    return this.caughtUp.promise;
  }

  get live(): DagRevision {
    return liveRevision(this.view);
  }

  /** What is held now. */
  get holds(): readonly Hold[] {
    return this.held;
  }

  /** Whether an algorithm or a window type is. */
  get holdsRuns(): boolean {
    return this.held.some(({ kind }) => kind !== 'processor');
  }

  /** By a processor's name, or a hold's queue: `algorithm:rul@1`. */
  isHeld(queue: string): boolean {
    const { holds } = this.view;
    if (holds.size === 0) return false;
    return holds.has(queue.includes(':') ? queue.replace(':', '/') : `processor/${queue}`);
  }

  /** Told whenever something is held or no longer held. */
  onHolds(listener: () => void): void {
    this.listeners.push(listener);
  }

  get isCaughtUp(): boolean {
    return this.isRead;
  }

  async stop(): Promise<void> {
    await this.following?.stop();
  }
}
