import type { EpochUs, Ref } from '@windlass/dag';
import type { DropEntry, WindowEntry } from '../journal.ts';
import type { Sentence } from './sentence.ts';

/** An entry of the journal, and the processing time of its batch. */
export interface TimedEntry extends WindowEntry {
  readonly atUs: number;
}

/** What the journal tells of one window, oldest first. */
export interface WindowHistory {
  readonly windowId: string;
  readonly windowType: Ref;
  readonly entries: readonly TimedEntry[];
}

export interface TimedDrop extends DropEntry {
  readonly atUs: number;
}

export interface ExplainedWindow {
  readonly windowId: string;
  readonly windowType: Ref;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

export interface Explanation {
  /** The answer in one sentence. */
  readonly headline: Sentence;
  /** What happened, oldest first. */
  readonly timeline: readonly Sentence[];
  /** How it stands now: what it waits for; or, of a window that is not there, all that was found out. */
  readonly now: readonly Sentence[];
  /** Records that did not become part of it. */
  readonly drops: readonly Sentence[];
}
