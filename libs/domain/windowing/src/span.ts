import type { EpochUs, Opening } from '@windlass/dag';
import { cronSpan } from './cron-span.ts';
import type { TypePlan } from './plan.ts';
import { floorTo } from './time.ts';

/** Where a window lies, and what its id hashes of that. */
export interface Span {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** Start and end as the type alone would have them, before the parent cuts them: the opener of the id. */
  readonly opener: readonly string[];
}

interface Bounds {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

/** Types whose windows exist because an element falls into them. All others are derived from what opens and closes them. */
export const isElementBorn = (plan: TypePlan): boolean => {
  const { kind } = plan.type.open;
  return kind === 'fixed' || kind === 'cron';
};

/** The window of an element-born type that holds `timeUs` within its parent; null: there is none. */
export function spanAt(plan: TypePlan, parent: Bounds | null, timeUs: EpochUs): Span | null {
  const { open } = plan.type;
  switch (open.kind) {
    case 'fixed':
      return fixedSpan(open, parent, timeUs);
    case 'cron': {
      const span = cronSpan(open, timeUs);
      return span && cut(span, parent);
    }
    case 'startStop':
    case 'outcome':
    case 'emission':
      return null;
    default:
      return open satisfies never;
  }
}

function fixedSpan(
  { sizeUs, offsetUs, align, partial }: Extract<Opening, { kind: 'fixed' }>,
  parent: Bounds | null,
  timeUs: EpochUs,
): Span | null {
  const origin = parent && align === 'parent' ? parent.startUs + offsetUs : offsetUs;
  const startUs = floorTo({ timeUs, sizeUs, offsetUs: origin });
  const nominal = { startUs, endUs: startUs + sizeUs };
  if (!parent) return cut(nominal, null);
  const isWhole = (grid: Bounds): boolean => grid.startUs >= parent.startUs && grid.endUs <= parent.endUs;
  switch (partial) {
    case 'keep':
      return cut(nominal, parent);
    case 'drop':
      return isWhole(nominal) ? cut(nominal, parent) : null;
    case 'extend': {
      const before = { startUs: startUs - sizeUs, endUs: startUs };
      const joins = nominal.endUs > parent.endUs && isWhole(before);
      const grid = joins ? before : nominal;
      const isLast = grid.endUs + sizeUs > parent.endUs;
      return cut({ startUs: grid.startUs, endUs: isLast ? parent.endUs : grid.endUs }, parent, grid);
    }
    default:
      return partial satisfies never;
  }
}

function cut(span: Bounds, parent: Bounds | null, nominal: Bounds = span): Span {
  return {
    startUs: parent ? Math.max(span.startUs, parent.startUs) : span.startUs,
    endUs: parent ? Math.min(span.endUs, parent.endUs) : span.endUs,
    opener: [String(nominal.startUs), String(nominal.endUs)],
  };
}
