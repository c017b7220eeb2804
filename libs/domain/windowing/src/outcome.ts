import { finalizeClaim, onResult, onResultWithdrawn } from './claims.ts';
import { typeIn, type Draft } from './draft.ts';
import { onEmitted, withdrawEmitted } from './emissions.ts';
import type { WindowOutcome } from './input.ts';
import { touchParent, windowById } from './windows.ts';

/** What became known about a window: it may open others, and its parent's children may now be complete. */
export function onOutcome(draft: Draft, event: WindowOutcome): void {
  for (const outcome of event.outcomes) {
    for (const plan of draft.plan.types)
      if (plan.type.open.kind === 'outcome' && plan.type.open.algorithm === outcome.algorithm)
        onResult(draft, typeIn(draft, plan), event, outcome);
    onEmitted(draft, event, outcome);
  }
  for (const { algorithm, run } of event.withdrawn) {
    for (const plan of draft.plan.types)
      if (plan.type.open.kind === 'outcome' && plan.type.open.algorithm === algorithm)
        onResultWithdrawn(draft, typeIn(draft, plan), event.windowId, run);
    withdrawEmitted(draft, { upstreamId: event.windowId, algorithm, untilRun: run });
  }
  if (event.runComplete) complete(draft, event);
}

function complete(draft: Draft, { windowId, windowType, revision, isFinal }: WindowOutcome): void {
  if (isFinal)
    for (const plan of draft.plan.types)
      if (plan.type.open.kind === 'outcome') finalizeClaim(typeIn(draft, plan), windowId);
  const plan = draft.plan.byRef.get(windowType);
  if (!plan) return;
  const type = typeIn(draft, plan);
  const window = windowById(type, windowId);
  if (!window) return;
  window.completed = Math.max(window.completed, revision);
  if (isFinal) window.awaitsFinal = false;
  if (plan.children.length > 0 && plan.awaits.size > 0) window.childrenOpen = true;
  touchParent(draft, type, window);
}
