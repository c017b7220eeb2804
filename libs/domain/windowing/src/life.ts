import { EARLIEST_US, type EpochUs, type Source } from '@windlass/dag';
import type { Draft } from './draft.ts';
import type { TypePlan } from './plan.ts';
import { cut, type Bounds, type Span, spanFrom, spansAt } from './span.ts';
import { ENDLESS, FOREVER } from './time.ts';

/** From when to when a source is valid: what lasts its whole life lies within, and nothing is expected of it afterwards. */
export interface Life {
  /** Null: nobody has said; it begins with what comes first. */
  readonly fromUs: EpochUs | null;
  readonly toUs: EpochUs;
}

export const ALWAYS: Life = { fromUs: null, toUs: ENDLESS };

/** Of sources that were declared before there were bounds: what is beyond them cannot be encoded. */
export const lifeOf = ({ validFromUs, validToUs = ENDLESS }: Pick<Source, 'validFromUs' | 'validToUs'>): Life =>
  validFromUs === undefined && validToUs >= ENDLESS
    ? ALWAYS
    : {
        fromUs: validFromUs === undefined ? null : Math.max(validFromUs, EARLIEST_US),
        toUs: Math.min(validToUs, ENDLESS),
      };

/** As `spansAt`, of windows that last the source's life too. */
export function spansIn({ life }: Pick<Draft, 'life'>, plan: TypePlan, parent: Bounds | null, timeUs: EpochUs): Span[] {
  if (plan.type.open.kind !== 'wholeLife') return spansAt(plan, parent, timeUs);
  const span = lifeSpan(life, parent, timeUs);
  return span ? [span] : [];
}

/** As `spanFrom`, of windows that last the source's life too. */
export const spanIn = (
  { life }: Pick<Draft, 'life'>,
  plan: TypePlan,
  parent: Bounds | null,
  timeUs: EpochUs,
): Span | null =>
  plan.type.open.kind === 'wholeLife' ? lifeSpan(life, parent, timeUs) : spanFrom(plan, parent, timeUs);

/**
 * Until when windows of a schedule begin: while the source is valid. A nested one ends with its parent, a group's goes on without the
 * source.
 */
export const scheduledUntilUs = ({ toUs }: Life, { role, parent }: TypePlan): EpochUs =>
  role === 'own' && parent === null && toUs < ENDLESS ? toUs : FOREVER;

function lifeSpan({ fromUs, toUs }: Life, parent: Bounds | null, timeUs: EpochUs): Span | null {
  if (fromUs === null || timeUs < fromUs || timeUs >= toUs) return null;
  const span = cut({ startUs: fromUs, endUs: toUs }, parent);
  return span.endUs > span.startUs ? span : null;
}
