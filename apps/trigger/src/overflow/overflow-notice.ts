import type { Notice } from '@windlass/contracts';
import { hashedId } from '@windlass/dag';
import type { ParkedSource } from './parking.ts';

const seconds = (us: number): string => `${Math.max(0.001, us / 1e6).toFixed(3)} s`;

interface Told {
  readonly parked: ParkedSource;
  readonly owner: string;
  readonly atUs: number;
}

/** Once for each time that a source is parked. */
export function parkedNotice({ parked, owner, atUs }: Told): Notice {
  const { source, signals, spanUs, perSecond, burst, sinceUs, firstOffset } = parked;
  return {
    id: hashedId(['SOURCE_PARKED', source, String(firstOffset)]),
    kind: 'SOURCE_PARKED',
    owner,
    severity: 'WARNING',
    subject: source,
    message:
      `${source}: it sent ${signals} signals within ${seconds(spanUs)}; a source may send ${perSecond} a second and ${burst} at once. ` +
      `From that signal on its signals wait on the overflow topic. Slow it down, then bring them back: windlass overflow release ${source}`,
    details: {
      source,
      signals: String(signals),
      spanUs: String(spanUs),
      perSecond: String(perSecond),
      burst: String(burst),
      sinceUs: String(sinceUs),
      firstOffset: String(firstOffset),
    },
    atUs,
  };
}

export function releasedNotice({ parked: { source, sinceUs, firstOffset }, owner, atUs }: Told): Notice {
  return {
    id: hashedId(['SOURCE_RELEASED', source, String(firstOffset)]),
    kind: 'SOURCE_RELEASED',
    owner,
    severity: 'INFO',
    subject: source,
    message: `${source}: all of its signals that waited on the overflow topic are back, and it is not parked any more.`,
    details: { source, sinceUs: String(sinceUs), firstOffset: String(firstOffset) },
    atUs,
  };
}
