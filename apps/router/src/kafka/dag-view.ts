import { type DagRevision, emptyRegistryView, applyEntry, liveRevision, revisionOf } from '@windlass/dag';
import { Plans } from '@windlass/execution';
import { type Following, followCompacted, type FollowOptions } from '@windlass/messaging';

/** The DAG revisions of the registry topic, as far as they have been read. Policies and sources do not concern the router. */
export class DagView {
  readonly plans = new Plans({
    revisionOf: (number) => revisionOf(this.view, number),
    live: () => liveRevision(this.view),
  });
  private view = emptyRegistryView;
  private following: Following | undefined;
  private readonly caughtUp = Promise.withResolvers<void>();
  private isRead = false;

  /** Reads what is there, then what follows. Never throws: it waits for Kafka as long as it takes. */
  follow(options: Pick<FollowOptions<'registry'>, 'kafka' | 'registryUrl' | 'prefix' | 'topic' | 'log'>): void {
    this.following = followCompacted({
      ...options,
      family: 'registry',
      apply: ({ value }) => {
        if (value?.kind === 'REVISION') this.view = applyEntry(this.view, value);
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

  get isCaughtUp(): boolean {
    return this.isRead;
  }

  async stop(): Promise<void> {
    await this.following?.stop();
  }
}
