import { topicNames } from '@windlass/contracts';
import { applyEntry, emptyRegistryView, type RegistryEntry, type RegistryView } from '@windlass/dag';
import { followCompacted, type Following, type KafkaConnection, type Log } from '@windlass/messaging';
import type { Teams } from '../cost.ts';

export interface KafkaTeamsOptions {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly prefix: string;
  readonly log: Log;
}

/**
 * The team of each processor, as the newest DAG revision that names it has it. Follows the registry topic from its beginning; sources and
 * policies are passed over.
 */
export class KafkaTeams implements Teams {
  private readonly teams = new Map<string, { readonly team: string; readonly revision: number }>();
  private readonly learned = new Set<number>();
  private readonly following: Following;
  private view: RegistryView = emptyRegistryView;

  constructor({ kafka, registryUrl, prefix, log }: KafkaTeamsOptions) {
    this.following = followCompacted({
      ...{ kafka, registryUrl, prefix, log },
      topic: topicNames(prefix).registry,
      family: 'registry',
      apply: ({ value }) => {
        if (value?.kind === 'REVISION' || value?.extension) this.apply(value);
      },
      onBadRecord: ({ offset, code, message: reason }) =>
        log.error({ offset: String(offset), code, reason }, 'a registry entry cannot be read; it is passed over'),
    });
  }

  teamOf(processor: string): string | undefined {
    return this.teams.get(processor)?.team;
  }

  close(): Promise<void> {
    return this.following.stop();
  }

  private apply(entry: RegistryEntry): void {
    this.view = applyEntry(this.view, entry);
    for (const [revision, { processors }] of this.view.revisions) {
      if (this.learned.has(revision)) continue;
      this.learned.add(revision);
      for (const { name, team } of processors) {
        if ((this.teams.get(name)?.revision ?? -1) <= revision) this.teams.set(name, { team, revision });
      }
    }
  }
}
