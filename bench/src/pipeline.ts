import type { HubPublisher } from '@windlass/messaging';
import type { Run } from './pane.ts';
import type { Scenario } from './scenario.ts';

/** What is measured: panes go in at one end, outcomes are stored at the other. */
export interface Pipeline {
  readonly name: 'hub' | 'bare';
  /** First part of the names of its topics. */
  readonly prefix: string;
  readonly publisher: HubPublisher;
  /** Revision that panes are stamped with. */
  readonly dagRevision: number;
  /** Processes by what they are, for memory and processor time. */
  readonly processes: Readonly<Record<string, number>>;
  /** Outcomes of a run that are stored. */
  countStored(run: Run): Promise<number>;
  /** @throws when the stored outcomes of a complete run are not what they must be. */
  check(run: Run): Promise<void>;
  /** Ends the scenario's processors; the rest stays. */
  stop(): Promise<void>;
}

/** Starts what a scenario needs beside what runs already. */
export type PipelineStarter = (scenario: Scenario) => Promise<Pipeline>;
