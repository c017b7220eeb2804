import { onResult, onResultWithdrawn } from './claims.ts';
import { typeIn, type Draft } from './draft.ts';
import { onEmitted, withdrawEmitted } from './emissions.ts';
import type { WindowOutcome } from './input.ts';
import { windowById } from './windows.ts';

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
  if (event.openersComplete) complete(draft, event);
  remember(draft, event);
}

function complete(draft: Draft, { windowId, windowType, revision, isFinal }: WindowOutcome): void {
  const plan = draft.plan.byRef.get(windowType);
  if (!plan) return;
  const type = typeIn(draft, plan);
  const window = windowById(type, windowId);
  if (!window) return;
  window.completed = Math.max(window.completed, revision);
  if (isFinal) window.awaitsFinal = false;
  if (plan.children.length > 0 && plan.awaits.size > 0) window.childrenOpen = true;
}

/** Results may be revised for a while after they are terminal: the windows that they may open others in wait for that. */
function remember(draft: Draft, { windowId, windowType, parentWindowId }: WindowOutcome): void {
  let plan = draft.plan.byRef.get(windowType);
  if (!plan || plan.awaits.size === 0) return;
  let id: string | null = windowId;
  let parentId = parentWindowId;
  while (plan && id !== null) {
    const type = typeIn(draft, plan);
    const window = windowById(type, id);
    if (window && plan.children.some(({ openedByResults }) => openedByResults)) {
      window.outcomeAtUs = draft.nowUs;
      window.childrenOpen = true;
    }
    id = window ? window.parentId : parentId;
    parentId = null;
    plan = plan.parent ?? undefined;
  }
}
