import type { EpochUs } from '@windlass/dag';
import { noteDropped } from './dial/sighting.ts';
import { reject, typeIn, type Draft, type LateInput, type Rejection, type TypeDraft } from './draft.ts';
import type { LoggedElement } from './element-log.ts';
import type { TypePlan } from './plan.ts';
import { containing } from './windows.ts';

/** Elements that one input has brought behind the floor of a type, by opening or moving what its windows lie in. */
export interface Behind {
  readonly plan: TypePlan;
  readonly elements: LoggedElement[];
}

/** An element was here before the window that holds it, and the windows of a type within that are final where it lies. */
export function noteBehind(draft: Draft, { plan }: TypeDraft, element: LoggedElement): void {
  const known = draft.behind.get(plan.ref) ?? { plan, elements: [] };
  draft.behind.set(plan.ref, known);
  known.elements.push(element);
}

/** Tells them after the input, with its record: their own were taken long ago. One that is in another window of the type is not lost. */
export function tellBehind(draft: Draft): void {
  if (draft.behind.size === 0) return;
  for (const { plan, elements: noted } of draft.behind.values()) {
    const type = typeIn(draft, plan);
    const byHash = new Map(noted.map((element) => [element.hash, element]));
    const elements = [...byHash.values()]
      .filter(({ timeUs }) => containing(type, timeUs).length === 0)
      .sort((a, b) => a.timeUs - b.timeUs);
    if (elements.length === 0) continue;
    elements.forEach(() => noteDropped(draft, type));
    const late = lateOf(type, elements[0]!.timeUs);
    const message = messageOf(plan, elements, late);
    reject(draft, { to: 'late', code: 'LATE_WITHIN', windowTypes: [plan.ref], message, late, elements });
  }
  draft.behind.clear();
  joinLate(draft);
}

const lateOf = ({ plan: { ref }, floorUs }: TypeDraft, eventTimeUs: EpochUs): LateInput => ({
  eventTimeUs,
  lateFor: [{ windowType: ref, finalUpToUs: floorUs }],
});

function messageOf({ ref, parent }: TypePlan, elements: readonly LoggedElement[], { lateFor }: LateInput): string {
  const [first, last] = [elements[0]!.timeUs, elements.at(-1)!.timeUs];
  const [which, held] =
    elements.length === 1
      ? [`1 element at ${first} µs was`, 'it']
      : [`${elements.length} elements from ${first} µs to ${last} µs were`, 'them'];
  return `${which} here before the window of ${parent!.ref} that holds ${held}, and ${ref} is final up to ${lateFor[0]!.finalUpToUs} µs.`;
}

/** A record goes to the late topic once, and says there all that was too late. */
function joinLate(draft: Draft): void {
  const isJoined = ({ input, to }: Rejection): boolean => input === draft.input && to === 'late';
  const [first, ...rest] = draft.rejections.filter(isJoined);
  if (!first || rest.length === 0) return;
  const all = [first, ...rest];
  const late: LateInput = {
    eventTimeUs: Math.min(...all.map((one) => one.late!.eventTimeUs)),
    lateFor: all.flatMap((one) => one.late!.lateFor),
  };
  const joined = {
    ...first,
    message: all.map(({ message }) => message).join(' '),
    late,
    elements: all.flatMap(({ elements = [] }) => elements),
  };
  draft.rejections.splice(
    0,
    draft.rejections.length,
    ...draft.rejections.flatMap((one) => (one === first ? [joined] : rest.includes(one) ? [] : [one])),
  );
}
