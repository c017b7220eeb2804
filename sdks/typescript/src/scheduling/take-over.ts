/**
 * How a task that kills its process is found. The metadata of a partition's committed offset says who held it and whether
 * the task at that offset was being run alone. A holder that vanished without handing back has died; from then on one task
 * is run at a time, each announced before it starts, and a task that was announced when its process died has that death
 * counted against it. The first death is shared by everything that was in flight, so it counts for the offset itself.
 */
export interface Claim {
  /** The instance that holds the partition; empty: handed back. */
  readonly holder: string;
  /** Deaths counted against the task at the committed offset. */
  readonly deaths: number;
  /** The task at the committed offset was started alone. */
  readonly alone: boolean;
}

export const HANDED_BACK: Claim = { holder: '', deaths: 0, alone: false };

/** Deaths after which a task is answered POISONED instead of being run again. */
export const POISON_DEATHS = 3;

/** Tasks that were in flight when a process died lie within so many offsets; they are run alone. */
export const SUSPECT_OFFSETS = 1_000;

export const encodeClaim = ({ holder, deaths, alone }: Claim): string => JSON.stringify({ holder, deaths, alone });

/** Metadata that is not ours (another tool has committed) says nothing. */
export function decodeClaim(metadata: string | null | undefined): Claim {
  try {
    const { holder, deaths, alone } = JSON.parse(withoutZeros(metadata) || '{}') as Partial<Claim>;
    return {
      holder: typeof holder === 'string' ? holder : '',
      deaths: Number.isSafeInteger(deaths) ? deaths! : 0,
      alone: alone === true,
    };
  } catch {
    return HANDED_BACK;
  }
}

/** Some clients (librdkafka's for Python) end their texts with a zero byte. */
const withoutZeros = (text: string | null | undefined): string => text?.replace(/\0+$/, '') ?? '';

export interface TakeOver {
  readonly first: number;
  /** Deaths counted against the first task. */
  readonly deaths: number;
  /** Tasks below this offset are run alone; the first offset itself: none. */
  readonly suspectUntil: number;
}

/**
 * What taking a partition means. `previous` was committed at `committedOffset` (default: the first to be read; elsewhere, what it
 * says of a task is about another one); `offset` is the first to be read, `endOffset` the topic's end, `isAlive` whether an
 * instance is still a member of the group (a rebalance is no death).
 */
export function takeOver({
  previous,
  offset,
  committedOffset = offset,
  endOffset,
  instance,
  isAlive,
}: {
  readonly previous: Claim;
  readonly offset: number;
  readonly committedOffset?: number;
  readonly endOffset: number;
  readonly instance: string;
  readonly isAlive: (holder: string) => boolean;
}): TakeOver {
  if (endOffset <= offset) return { first: offset, deaths: 0, suspectUntil: offset };
  const { holder } = previous;
  const { deaths, alone } = committedOffset === offset ? previous : HANDED_BACK;
  const died = holder !== '' && holder !== instance && !isAlive(holder);
  const counted = !died ? deaths : alone || deaths === 0 ? deaths + 1 : deaths;
  return {
    first: offset,
    deaths: counted,
    suspectUntil: counted === 0 ? offset : Math.min(endOffset, offset + SUSPECT_OFFSETS),
  };
}

/** Deaths counted against the task at `offset`: the first task's own; the others in flight share the one that began it. */
export const deathsAt = ({ first, deaths, suspectUntil }: TakeOver, offset: number): number =>
  offset >= suspectUntil ? 0 : offset === first ? deaths : Math.min(deaths, 1);
