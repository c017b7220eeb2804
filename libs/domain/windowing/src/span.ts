import { isOpenedByElements, type EpochUs, type Metadata, type Opening } from '@windlass/dag';
import { calendarSlot } from './calendar-slot.ts';
import { cronSpan } from './cron-span.ts';
import type { TypePlan } from './plan.ts';
import { floorTo } from './time.ts';

/** Where a window lies, and what its id hashes of that. */
export interface Span {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
  /** Start and end as the type alone would have them, before the parent cuts them: the opener of the id. */
  readonly opener: readonly string[];
  /** What the opening itself says about the window. */
  readonly metadata?: Metadata;
}

export interface Bounds {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

/** Types whose windows exist because an element falls into them. All others are derived from what opens and closes them. */
export const isElementBorn = (plan: TypePlan): boolean => isOpenedByElements(plan.type.open);

/** The windows of a grid or schedule that hold `timeUs` within its parent, in order of start. What lasts a source's life: `spansIn`. */
export function spansAt(plan: TypePlan, parent: Bounds | null, timeUs: EpochUs): Span[] {
  const { open } = plan.type;
  switch (open.kind) {
    case 'fixed':
      return present(fixedSpan(open, parent, timeUs));
    case 'sliding':
      return slidingSpans(open, parent, timeUs);
    case 'cron': {
      const span = cronSpan(open, timeUs);
      return present(span && cut(span, parent));
    }
    case 'calendar': {
      const { shift, ...slot } = calendarSlot(open, timeUs);
      if (!shift) return [];
      return present({ ...cut(slot, parent), metadata: { shift: shift.name, shiftDate: shift.date } });
    }
    case 'wholeLife':
    case 'session':
    case 'startStop':
    case 'point':
    case 'condition':
    case 'state':
    case 'count':
    case 'outcome':
    case 'emission':
      return [];
    default:
      return open satisfies never;
  }
}

/** The window that holds `timeUs`; of overlapping ones the one that starts there. Null: there is none. */
export function spanFrom(plan: TypePlan, parent: Bounds | null, timeUs: EpochUs): Span | null {
  const spans = spansAt(plan, parent, timeUs);
  return (plan.type.open.kind === 'sliding' ? spans.find(({ startUs }) => startUs === timeUs) : spans[0]) ?? null;
}

/** The silence that ends the windows of a type which follow the signals; null: it has no such windows. */
export function gapOf({ type: { open }, startsMove }: TypePlan): number | null {
  if (open.kind === 'session') return open.gapUs;
  return open.kind === 'wholeLife' && startsMove ? Infinity : null;
}

const present = (span: Span | null): Span[] => (span && span.endUs > span.startUs ? [span] : []);

/** Within a parent they start at its start or after it, so that no two start at the same time. */
function slidingSpans(
  { sizeUs, slideUs, offsetUs, align, partial }: Extract<Opening, { kind: 'sliding' }>,
  parent: Bounds | null,
  timeUs: EpochUs,
): Span[] {
  const origin = parent && align === 'parent' ? parent.startUs + offsetUs : offsetUs;
  const spans: Span[] = [];
  for (
    let startUs = floorTo({ timeUs, sizeUs: slideUs, offsetUs: origin });
    startUs + sizeUs > timeUs && startUs >= (parent?.startUs ?? -Infinity);
    startUs -= slideUs
  ) {
    const nominal = { startUs, endUs: startUs + sizeUs };
    if (partial === 'keep' || !parent || nominal.endUs <= parent.endUs) spans.unshift(cut(nominal, parent));
  }
  return spans;
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
      const isLast = isWhole(grid) && grid.endUs + sizeUs > parent.endUs;
      return cut({ startUs: grid.startUs, endUs: isLast ? parent.endUs : grid.endUs }, parent, grid);
    }
    default:
      return partial satisfies never;
  }
}

export function cut(span: Bounds, parent: Bounds | null, nominal: Bounds = span): Span {
  return {
    startUs: parent ? Math.max(span.startUs, parent.startUs) : span.startUs,
    endUs: parent ? Math.min(span.endUs, parent.endUs) : span.endUs,
    opener: [String(nominal.startUs), String(nominal.endUs)],
  };
}
