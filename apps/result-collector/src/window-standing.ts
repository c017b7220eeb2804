import type { WindowStatus } from './facts.ts';

interface Told {
  readonly version: number;
  readonly revision: number;
}

export interface WindowRecords {
  readonly panes: readonly (Told & { readonly isFinal: boolean; readonly firedAtUs: number })[];
  readonly finality: (Told & { readonly atUs: number }) | null;
  readonly withdrawals: readonly {
    readonly version: number;
    readonly atUs: number;
    readonly reason: string | null;
    readonly replacedBy: readonly string[];
  }[];
}

export interface Standing {
  readonly state: WindowStatus | null;
  readonly stateAtUs: number | null;
  readonly stateReason: string | null;
  readonly replacedBy: readonly string[];
  readonly revision: number | null;
}

interface Word extends Standing {
  readonly version: number;
}

/** How a window stood by these records of the trigger: the highest version has the last word, and of one version the withdrawal. */
export function standingOf({ panes, finality, withdrawals }: WindowRecords): Standing {
  const words: Word[] = panes.map(({ version, revision, isFinal, firedAtUs }) => ({
    ...plain,
    ...{ version, revision, stateAtUs: firedAtUs, state: isFinal ? 'FINAL' : 'OPEN' },
  }));
  if (finality) {
    const { version, revision, atUs } = finality;
    words.push({ ...plain, version, revision, stateAtUs: atUs, state: 'FINAL' });
  }
  const revisions = words.toSorted((a, b) => a.version - b.version);
  for (const { version, atUs, reason, replacedBy } of withdrawals)
    words.push({ version, revision: null, stateAtUs: atUs, state: 'WITHDRAWN', stateReason: reason, replacedBy });
  const last = words.reduce<Word | undefined>(
    (best, word) => (best && best.version > word.version ? best : word),
    undefined,
  );
  if (!last) return { ...plain, state: null, stateAtUs: null, revision: null };
  const { version: _, ...standing } = last;
  return { ...standing, revision: standing.revision ?? revisions.at(-1)?.revision ?? null };
}

const plain = { stateReason: null, replacedBy: [] };
