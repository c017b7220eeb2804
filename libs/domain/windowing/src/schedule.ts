import type { EpochUs } from '@windlass/dag';
import type { Draft, TypeDraft } from './draft.ts';
import { openWindow } from './membership.ts';
import { missingMetadata } from './metadata.ts';
import { spanFrom, type Span } from './span.ts';
import { NEVER } from './time.ts';
import { windowAt } from './windows.ts';

/** Windows of a schedule that one step opens at most; of a longer stretch the newest. */
export const SCHEDULE_LIMIT = 1_000;

/**
 * Windows of a schedule that is not nested exist from the first element to the last, whether elements fall into them or not: an
 * hour without telemetry is an hour that is reported on.
 */
export function extendSchedule(draft: Draft, type: TypeDraft, timeUs: EpochUs): void {
  const { plan } = type;
  if (plan.type.open.kind !== 'cron' || plan.parent || plan.role === 'member') return;
  if (type.scheduleFromUs !== NEVER && type.scheduleFromUs <= timeUs && timeUs < type.scheduleToUs) return;
  const span = spanFrom(plan, null, timeUs);
  if (!span) return;
  const isFirst = type.scheduleFromUs === NEVER;
  const fromUs = isFirst ? span.startUs : Math.min(span.startUs, type.scheduleToUs);
  const toUs = isFirst ? span.endUs : Math.max(span.endUs, type.scheduleFromUs);
  for (const one of lastSpans(type, fromUs, toUs)) open(draft, type, one);
  type.scheduleFromUs = isFirst ? span.startUs : Math.min(type.scheduleFromUs, span.startUs);
  type.scheduleToUs = isFirst ? span.endUs : Math.max(type.scheduleToUs, span.endUs);
}

function open(draft: Draft, type: TypeDraft, span: Span): void {
  if (span.endUs <= type.floorUs || windowAt(type, span.startUs, null)) return;
  if (missingMetadata(type.plan, {}) === null) openWindow(draft, type, { span, parent: null, metadata: {} });
}

function lastSpans({ plan }: TypeDraft, fromUs: EpochUs, toUs: EpochUs): Span[] {
  const spans: Span[] = [];
  for (
    let span = spanFrom(plan, null, toUs - 1);
    span && span.startUs >= fromUs;
    span = spanFrom(plan, null, span.startUs - 1)
  ) {
    spans.unshift(span);
    if (spans.length === SCHEDULE_LIMIT) break;
  }
  return spans;
}
