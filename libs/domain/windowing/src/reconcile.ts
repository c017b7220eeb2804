import type { Metadata } from '@windlass/dag';
import type { Draft, TypeDraft } from './draft.ts';
import { hash53 } from './hash53.ts';
import { changeEnd, idOf, openWindow, revive, withdraw, type NewWindow } from './window-life.ts';
import { isMeantAt } from './plan.ts';
import { touch } from './previous.ts';
import { windowById } from './windows.ts';
import type { Window } from './window.ts';

/**
 * Makes a type's windows those that are wanted: opens what is missing, moves ends, withdraws what nothing asks for any more,
 * naming the new windows that cover it. Finalised windows, and those that are not asked about, stay as they are.
 */
export function reconcile(
  draft: Draft,
  type: TypeDraft,
  wanted: readonly NewWindow[],
  isAskedAbout: (window: Window) => boolean = () => true,
): void {
  const byId = new Map(wanted.map((one) => [idOf(draft, type.plan, one.span, one.parent), one]));
  const known = new Set(type.windows.filter((window) => !window.withdrawn).map(({ id }) => id));
  const added: Window[] = [];
  for (const [id, one] of byId) {
    const window = windowById(type, id);
    if (window) adapt(draft, type, window, one);
    else if (!isForgotten(draft, type, id) && isMeantAt(type.plan, one.span.startUs))
      added.push(openWindow(draft, type, one));
    if (window && !known.has(id)) added.push(window);
  }
  for (const window of [...type.windows]) {
    if (window.withdrawn || window.finalized || byId.has(window.id) || !isAskedAbout(window)) continue;
    const heirs = added.filter((one) => one.startUs < window.endUs && window.startUs < one.endUs);
    const replacedBy = (heirs.length > 0 ? heirs : added.filter((one) => one.parentId === window.parentId)).map(
      ({ id }) => id,
    );
    withdraw(draft, type, window, { replacedBy, reason: 'what opened it does not open it any more' });
  }
}

function adapt(draft: Draft, type: TypeDraft, window: Window, wanted: NewWindow): void {
  if (window.finalized) return;
  if (window.withdrawn) {
    revive(draft, type, window, wanted.span.endUs);
    window.origin = wanted.origin ?? null;
  } else changeEnd(draft, type, window, wanted.span.endUs);
  const closingMetadata = wanted.closingMetadata ?? null;
  if (sameMetadata(window.metadata, wanted.metadata) && sameMetadata(window.closingMetadata, closingMetadata)) return;
  window.metadata = wanted.metadata;
  window.closingMetadata = closingMetadata;
  touch(window, { nowUs: draft.nowUs, coalesceLateMs: type.plan.policy.coalesceLateMs });
}

function sameMetadata(a: Metadata | null, b: Metadata | null): boolean {
  if (a === null || b === null) return a === b;
  const fields = Object.keys(a);
  return fields.length === Object.keys(b).length && fields.every((field) => a[field] === b[field]);
}

/** Windows that results open are remembered by their id, because nothing about time says that they are over. */
const isForgotten = (draft: Draft, { plan }: TypeDraft, id: string): boolean =>
  plan.openedByResults && draft.emitted.includes(hash53(id));
