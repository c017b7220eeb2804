import { draftOf, typeIn, type Draft, type TypeDraft } from '../draft.ts';
import type { Life } from '../life.ts';
import type { SourcePlan } from '../plan.ts';
import type { SourceState } from '../state.ts';
import { windowById } from '../windows.ts';
import { dropSentences } from './drops.ts';
import type { ExplainedWindow, Explanation, TimedDrop, WindowHistory } from './explanation.ts';
import { pendingOf } from './pending.ts';
import { say, type Sentence } from './sentence.ts';
import { timelineOf } from './timeline.ts';
import type { Window } from '../window.ts';

export interface ExplainWindowParts {
  readonly windowId: string;
  readonly source: string;
  readonly plan: SourcePlan;
  readonly life: Life;
  /** Null: nothing has come from the source. */
  readonly state: SourceState | null;
  /** Null: the journal knows nothing of it. */
  readonly history: WindowHistory | null;
  /** Those of its time; others are passed over. */
  readonly drops: readonly TimedDrop[];
  readonly nowUs: number;
}

/** Where a window is known to lie; null: it is not known at all. A type that has left the DAG is known by its journal only. */
export function locateWindow({
  windowId,
  state,
  history,
}: Pick<ExplainWindowParts, 'windowId' | 'state' | 'history'>): ExplainedWindow | null {
  for (const [windowType, { windows }] of state?.types ?? []) {
    const held = windows.find(({ id }) => id === windowId);
    if (held) return { windowId, windowType, startUs: held.startUs, endUs: held.endUs };
  }
  const last = history?.entries.at(-1);
  return last ? { windowId, windowType: last.windowType, startUs: last.startUs, endUs: last.endUs } : null;
}

/** Why a window opened, why it fired or has not, and what was dropped of its time. Null: nothing is known of it. */
export function explainWindow(parts: ExplainWindowParts): (Explanation & { readonly window: ExplainedWindow }) | null {
  const window = locateWindow(parts);
  if (!window) return null;
  const { history } = parts;
  const open = parts.plan.byRef.get(window.windowType)?.type.open ?? null;
  const timeline = history ? timelineOf(history.entries, open) : [];
  const now = standing(parts, window);
  const drops = parts.drops.filter(
    ({ eventTimeUs, windowTypes }) =>
      eventTimeUs !== null &&
      eventTimeUs >= window.startUs &&
      eventTimeUs < window.endUs &&
      (windowTypes.length === 0 || windowTypes.includes(window.windowType)),
  );
  return { window, headline: now[0]!, timeline, now, drops: dropSentences(drops) };
}

function standing(parts: ExplainWindowParts, { windowId, windowType }: ExplainedWindow): Sentence[] {
  const held = heldIn(parts, windowType);
  if (!held) return over(parts, windowType);
  const { draft, type, window } = held;
  return [...pendingOf(draft, type, window), ...openedSilently(parts, window), ...policyChange(parts, type, windowId)];
}

/** States are explained as a step would see them. */
export const draftFor = ({
  source,
  plan,
  life,
  nowUs,
  state,
}: {
  readonly source: string;
  readonly plan: SourcePlan;
  readonly life: Life;
  readonly nowUs: number;
  readonly state: SourceState;
}): Draft =>
  draftOf({
    key: source,
    plan,
    life,
    nowUs,
    state,
    backlog: false,
    keptRetentionUs: 0,
    journaling: false,
    pastChildren: new Map(),
  });

function heldIn(
  { windowId, source, plan, life, state, nowUs }: ExplainWindowParts,
  windowType: string,
): { readonly draft: Draft; readonly type: TypeDraft; readonly window: Window } | null {
  const typePlan = plan.byRef.get(windowType);
  if (!state || !typePlan) return null;
  const draft = draftFor({ source, plan, life, nowUs, state });
  const type = typeIn(draft, typePlan);
  const window = windowById(type, windowId);
  return window ? { draft, type, window } : null;
}

/** The journal does not know how it was opened: it was off, or that is longer ago than it reaches. */
function openedSilently({ history }: ExplainWindowParts, { openedAtElement, origin }: Window): Sentence[] {
  if (history?.entries.some(({ event }) => event.kind === 'opened')) return [];
  if (origin)
    return [
      say('OPENED_BY_RESULT', 'It was opened by the result of {algorithm} on window {upstreamId}.', {
        algorithm: origin.algorithm,
        upstreamId: origin.windowId,
      }),
    ];
  return [
    openedAtElement
      ? say('OPENED', 'It was opened by an element of event time {time:elementUs}; the journal does not tell which.', {
          elementUs: openedAtElement.timeUs,
        })
      : say('OPENED', 'The journal does not tell what opened it.', {}),
  ];
}

function policyChange({ history }: ExplainWindowParts, { plan }: TypeDraft, windowId: string): Sentence[] {
  const opened = history?.entries.find(({ event }) => event.kind === 'opened')?.event;
  if (opened?.kind !== 'opened' || opened.policyRevision === plan.policy.number) return [];
  return [
    say(
      'POLICY_CHANGED',
      'It was opened under policy {before} of {windowType}; policy {now} holds since, for it too.',
      {
        before: opened.policyRevision,
        now: plan.policy.number,
        windowType: plan.ref,
        windowId,
      },
    ),
  ];
}

/** It is not held any more. */
function over({ windowId, plan, history }: ExplainWindowParts, windowType: string): Sentence[] {
  const last = history?.entries.at(-1)?.event;
  const known = { windowId, todo: 'Its results: GET /v1/windows/{windowId} of the result-collector.' };
  if (last?.kind === 'withdrawn')
    return [
      say('WAS_WITHDRAWN', 'It does not hold: {reason}.', {
        reason: last.reason,
        replacedBy: last.replacedBy.join(', '),
        ...(last.replacedBy.length > 0 ? { todo: 'Ask about what is in its place: {replacedBy}.' } : {}),
      }),
    ];
  if (last?.kind === 'finalized' || (last?.kind === 'fired' && last.isFinal))
    return [say('IS_OVER', 'It is final, and the trigger has let go of it.', known)];
  if (!plan.byRef.has(windowType))
    return [
      say('TYPE_GONE', '{windowType} is not a window type of this source any more (DAG revision {dagRevision}).', {
        windowType,
        dagRevision: plan.dagRevision,
        todo: 'Apply definitions that have it, or that are for this source.',
      }),
    ];
  return [say('IS_GONE', 'The trigger does not hold it, and the journal does not tell its end.', known)];
}
