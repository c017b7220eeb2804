/** What is remembered of a registered processor from one look at it to the next. Times in microseconds since the epoch. */
export interface Watched {
  readonly processor: string;
  readonly owner: string;
  /** When it was first looked at. */
  readonly knownSinceUs: number;
  /** Told to be silent, since then; null: it is not. */
  readonly silentSinceUs: number | null;
  /** Told to have a growing window topic, since then; null: it has not. */
  readonly growingSinceUs: number | null;
  /** Records of its window topic that were not taken, at the last look that knew it. */
  readonly lag: number | null;
  readonly lagAtUs: number;
  /** The least lag since which it has only been above, and when that was. */
  readonly baseLag: number;
  readonly baseUs: number;
  /** The most since then, and when it was reached. */
  readonly peakLag: number;
  readonly peakUs: number;
}

/** What one look at a processor shows. */
export interface Seen {
  readonly processor: string;
  readonly owner: string;
  readonly isAlive: boolean;
  /** When the last of its instances was heard of; null: never, as far as is known. */
  readonly heardAtUs: number | null;
  /** Null: not known. */
  readonly lag: number | null;
  /** Somebody drains it: that nobody lives is meant so. */
  readonly isDrained: boolean;
}

export interface WatchContext {
  readonly nowUs: number;
  /** Since when heartbeats have been listened to: nobody was silent before. */
  readonly listeningSinceUs: number;
  readonly silentAfterUs: number;
  /** A lag that still rises so long after it began is growing. */
  readonly growingAfterUs: number;
}

export type WatchNotice = { readonly processor: string; readonly owner: string; readonly sinceUs: number } & (
  | { readonly kind: 'PROCESSOR_SILENT'; readonly lag: number | null; readonly wasHeard: boolean }
  | { readonly kind: 'PROCESSOR_SILENCE_ENDED'; readonly because: 'HEARD' | 'RETIRED' | 'DRAINED' }
  | { readonly kind: 'WINDOW_TOPIC_GROWING'; readonly lag: number; readonly from: number; readonly isAlive: boolean }
  | { readonly kind: 'WINDOW_TOPIC_GROWING_ENDED'; readonly lag: number | null }
);

export interface Look {
  readonly watched: Watched;
  readonly notices: readonly WatchNotice[];
}

/**
 * One look: what begins or ends by it is told once. A processor is silent when none of its instances has been heard of for
 * `silentAfterUs`, counted from when it was last heard of or, when it never was, from when it was first known.
 */
export function look(before: Watched | undefined, seen: Seen, context: WatchContext): Look {
  const known = before ?? begin(seen, context);
  const silence = lookForSilence(known, seen, context);
  const growth = lookForGrowth({ ...known, ...silence.changes }, seen, context);
  const watched = { ...known, owner: seen.owner, ...silence.changes, ...growth.changes };
  return { watched, notices: [...silence.notices, ...growth.notices] };
}

/** A processor that is no longer registered: what was told of it ends. */
export function retired({ processor, owner, silentSinceUs, growingSinceUs }: Watched): WatchNotice[] {
  return [
    ...(silentSinceUs === null
      ? []
      : [
          {
            kind: 'PROCESSOR_SILENCE_ENDED' as const,
            ...{ processor, owner, sinceUs: silentSinceUs, because: 'RETIRED' as const },
          },
        ]),
    ...(growingSinceUs === null
      ? []
      : [{ kind: 'WINDOW_TOPIC_GROWING_ENDED' as const, ...{ processor, owner, sinceUs: growingSinceUs, lag: null } }]),
  ];
}

const begin = ({ processor, owner, lag }: Seen, { nowUs }: WatchContext): Watched => ({
  ...{ processor, owner, knownSinceUs: nowUs, silentSinceUs: null, growingSinceUs: null },
  ...{ lag, lagAtUs: nowUs, baseLag: lag ?? 0, baseUs: nowUs, peakLag: lag ?? 0, peakUs: nowUs },
});

interface Part {
  readonly changes: Partial<Watched>;
  readonly notices: readonly WatchNotice[];
}

const nothing: Part = { changes: {}, notices: [] };

function lookForSilence(known: Watched, seen: Seen, { nowUs, listeningSinceUs, silentAfterUs }: WatchContext): Part {
  const { processor, owner, isAlive, heardAtUs, isDrained, lag } = seen;
  const { silentSinceUs } = known;
  if (isAlive || isDrained) {
    if (silentSinceUs === null) return nothing;
    const because = isAlive ? 'HEARD' : 'DRAINED';
    const kind = 'PROCESSOR_SILENCE_ENDED';
    return {
      changes: { silentSinceUs: null },
      notices: [{ kind, ...{ processor, owner, sinceUs: silentSinceUs, because } }],
    };
  }
  const sinceUs = heardAtUs ?? known.knownSinceUs;
  if (silentSinceUs !== null || nowUs - Math.max(sinceUs, listeningSinceUs) < silentAfterUs) return nothing;
  const kind = 'PROCESSOR_SILENT';
  return {
    changes: { silentSinceUs: sinceUs },
    notices: [{ kind, ...{ processor, owner, sinceUs, lag: lag ?? known.lag, wasHeard: heardAtUs !== null } }],
  };
}

/**
 * Growing: for `growingAfterUs` the lag has not come back to where it was, and it still reaches what it never had. It has ended when
 * the lag is at most half of its most, or has reached nothing new for as long.
 */
function lookForGrowth(known: Watched, seen: Seen, { nowUs, growingAfterUs }: WatchContext): Part {
  const { processor, owner, lag, isAlive } = seen;
  if (lag === null) return nothing;
  const now = { lag, lagAtUs: nowUs };
  const anew = { ...now, baseLag: lag, baseUs: nowUs, peakLag: lag, peakUs: nowUs };
  const { baseLag, baseUs, growingSinceUs } = known;
  const peak = lag > known.peakLag ? { peakLag: lag, peakUs: nowUs } : { peakLag: known.peakLag, peakUs: known.peakUs };
  if (growingSinceUs !== null) {
    const fell = lag <= baseLag || lag * 2 <= peak.peakLag;
    if (!fell && nowUs - peak.peakUs < growingAfterUs) return { changes: { ...now, ...peak }, notices: [] };
    const kind = 'WINDOW_TOPIC_GROWING_ENDED';
    return {
      changes: { ...anew, growingSinceUs: null },
      notices: [{ kind, ...{ processor, owner, sinceUs: growingSinceUs, lag } }],
    };
  }
  // Whatever rose and has stopped to rise begins anew: a lag that only stays is not growing.
  if (lag <= baseLag || nowUs - peak.peakUs >= growingAfterUs) return { changes: anew, notices: [] };
  if (peak.peakUs - baseUs < growingAfterUs) return { changes: { ...now, ...peak }, notices: [] };
  return {
    changes: { ...now, ...peak, growingSinceUs: baseUs },
    notices: [{ kind: 'WINDOW_TOPIC_GROWING', ...{ processor, owner, sinceUs: baseUs, lag, from: baseLag, isAlive } }],
  };
}
