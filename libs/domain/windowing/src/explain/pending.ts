import { answerDueUs } from '../asked-windows.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from '../draft.ts';
import { isSettled } from '../children.ts';
import { GLOBAL_KEY, latenessEndUs, type TypePlan } from '../plan.ts';
import { hasSettled } from '../settled.ts';
import { ENDLESS, FOREVER, NEVER, shifted, US_PER_MS } from '../time.ts';
import { windowById } from '../windows.ts';
import { holdsFinality, waitsForMembers } from './pending-of-group.ts';
import { openStretch } from './pending-observed.ts';
import { say, type Sentence } from './sentence.ts';
import type { Window } from '../window.ts';

/** How a window that is still held stands: what it waits for, and what would move it. The first sentence is the answer. */
export function pendingOf(draft: Draft, type: TypeDraft, window: Window): Sentence[] {
  if (window.withdrawn)
    return [
      say('IS_WITHDRAWN', 'It does not hold now. If what opened it comes back, it holds again under the same id.', {}),
    ];
  if (type.plan.role === 'member')
    return [
      say('PART_OF_GROUP_WINDOW', 'It is the part of {source} in windows of {groups}, and is told to these only.', {
        source: draft.key,
        groups: type.plan.groups.join(', '),
        group: type.plan.groups[0]!,
        windowType: type.plan.ref,
        todo: 'Ask about the window of the group: windlass explain none --type {windowType} --source {group} --at its time.',
      }),
    ];
  if (window.finalized) return finalWindow(type, window);
  return window.fired ? firedWindow(draft, type, window) : openWindow(draft, type, window);
}

function openWindow(draft: Draft, type: TypeDraft, window: Window): Sentence[] {
  const early = earlySoFar(window);
  if (window.lateBorn || firingWatermark(type) >= window.endUs) return [lateDue(window), ...early];
  if (type.plan.role === 'group') return [...waitsForMembers(draft, type, window), ...early];
  return [
    ...openStretch(draft, type, window),
    ...endless(type, window),
    waitsForWatermark(type, window),
    ...(answerDueUs(draft, type, window) === FOREVER ? silence(draft, type, window) : [answerDue(draft, type, window)]),
    ...early,
  ];
}

function endless({ plan }: TypeDraft, { endUs }: Window): Sentence[] {
  if (plan.type.open.kind !== 'wholeLife' || endUs !== ENDLESS) return [];
  return [
    say(
      'NEVER_ENDS',
      'It lasts as long as the source sends, so it fires EARLY only (early of the policy of {windowType}).',
      {
        windowType: plan.ref,
        endUs,
        todo: 'If the source has an end, declare it: validTo (PUT /v1/sources).',
      },
    ),
  ];
}

function waitsForWatermark({ plan, watermarkUs, idleUs }: TypeDraft, { endUs }: Window): Sentence {
  const { outOfOrdernessUs } = plan.policy;
  const nowUs = Math.max(watermarkUs, idleUs);
  const reads = plan.reads ? [...plan.reads].join(' or ') : 'any name';
  return say(
    'WAITS_FOR_WATERMARK',
    nowUs === NEVER
      ? 'It has not fired: it needs a watermark of {time:endUs}, its end, and {windowType} has none yet.'
      : 'It has not fired: the watermark of {windowType} is at {time:watermarkUs}, and it needs {time:endUs}, its end.',
    {
      todo: 'A signal of {reads} with event time {time:neededUs} or later (outOfOrderness is {span:outOfOrdernessUs}), or a WATERMARK signal at {time:endUs} or later, fires it.',
      windowType: plan.ref,
      watermarkUs: nowUs,
      endUs,
      neededUs: endUs + outOfOrdernessUs,
      outOfOrdernessUs,
      reads,
    },
  );
}

/** Somebody asked for it, and no watermark need come. */
const answerDue = (draft: Draft, type: TypeDraft, window: Window): Sentence =>
  say('ANSWER_DUE', 'It was asked for, so it does not wait for its source for ever: it fires at {time:dueUs}.', {
    dueUs: answerDueUs(draft, type, window),
    maxIdleUs: type.plan.policy.maxIdleMs * US_PER_MS,
  });

/** What it would mean if the source stayed silent. */
function silence(draft: Draft, { plan }: TypeDraft, { endUs }: Window): Sentence[] {
  const { policy, ref } = plan;
  if (draft.key === GLOBAL_KEY) return [say('CLOCK_DUE', 'The clock fires it at {time:endUs}.', { endUs })];
  if (policy.onIdle === 'hold')
    return [
      say('SILENCE_HOLDS', 'Silence of the source does not fire it: onIdle of {windowType} is hold.', {
        windowType: ref,
        todo: 'Where silence means that nothing more comes: windlass dial set {windowType} --on-idle advance.',
      }),
    ];
  if (policy.idleTimeoutMs === null)
    return [
      say('SILENCE_NEVER', 'Silence of the source does not fire it: {windowType} has no idleTimeout.', {
        windowType: ref,
        todo: 'Where silence means that nothing more comes: windlass dial set {windowType} --idle-timeout 30s.',
      }),
    ];
  if (draft.maxEventUs === NEVER) return [];
  const silentUs = draft.lastSeenUs + policy.idleTimeoutMs * US_PER_MS;
  const reachedUs = draft.lastSeenUs + (endUs - draft.maxEventUs) + policy.outOfOrdernessUs;
  const dueUs = Math.max(silentUs, reachedUs);
  const facts = { dueUs, lastSeenUs: draft.lastSeenUs, idleTimeoutUs: policy.idleTimeoutMs * US_PER_MS };
  return dueUs > draft.nowUs
    ? [
        say(
          'IDLE_DUE',
          'If the source stays silent (its last record came at {time:lastSeenUs}, idleTimeout is {span:idleTimeoutUs}), silence fires it at {time:dueUs}.',
          facts,
        ),
      ]
    : [
        say(
          'IDLE_OVERDUE',
          'The source has been silent since {time:lastSeenUs}: silence fires it, due since {time:dueUs}.',
          {
            ...facts,
            todo: 'If it does not fire within a minute, look at the lag of the trigger: silence counts only without a backlog.',
          },
        ),
      ];
}

function earlySoFar({ revision, earlyDueUs }: Window): Sentence[] {
  return [
    ...(revision >= 0
      ? [
          say('FIRED_EARLY_ONLY', 'It has fired EARLY only so far: revision {revision} is provisional.', {
            revision,
          }),
        ]
      : []),
    ...(earlyDueUs !== null
      ? [say('EARLY_DUE', 'Its next EARLY pane is due at {time:earlyDueUs}.', { earlyDueUs })]
      : []),
  ];
}

const lateDue = ({ lateDueUs, endUs }: Window): Sentence =>
  lateDueUs === null
    ? say('FIRES_NEXT', 'The watermark has passed its end {time:endUs}: it fires with the next record of the source.', {
        endUs,
      })
    : say(
        'LATE_DUE',
        'A LATE pane is due at {time:lateDueUs}: late elements are collected until then (coalesceLate).',
        {
          lateDueUs,
        },
      );

function firedWindow(draft: Draft, type: TypeDraft, window: Window): Sentence[] {
  const { plan, watermarkUs } = type;
  const { allowedLatenessUs } = plan.policy;
  const finalAtUs = shifted(window.endUs, allowedLatenessUs);
  const facts = { windowType: plan.ref, watermarkUs, finalAtUs, allowedLatenessUs };
  const found: Sentence[] = [];
  if (watermarkUs < finalAtUs)
    found.push(
      say(
        'WAITS_FOR_LATENESS',
        'It has fired, and takes late data until the watermark of the data reaches {time:finalAtUs} (its end and allowedLateness {span:allowedLatenessUs}); that is at {time:watermarkUs}.',
        { ...facts, todo: 'Nothing, or a WATERMARK signal at {time:finalAtUs} where it is known that no more comes.' },
      ),
    );
  if (watermarkUs < finalAtUs) found.push(...holdsFinality(draft, type, finalAtUs));
  const above = unsettledAbove(draft, plan, window.parentId);
  if (above?.isOpenedByResults)
    found.push(
      say(
        'WAITS_FOR_OPENED',
        'It has fired, and is not final before window {parentId} is, which a result, an emission or a person opened: nothing in that is too late before.',
        { parentId: above.window.id, todo: 'Ask about that window: windlass explain window {parentId}.' },
      ),
    );
  else if (above)
    found.push(
      say(
        'WAITS_FOR_SESSION',
        'It has fired, and is not final before window {sessionId} is settled: that may still merge with one before it, and then all that lies in it is another window.',
        {
          sessionId: above.window.id,
          sessionStartUs: above.window.startUs,
          sessionEndUs: above.window.endUs,
          todo: 'Ask about that window: windlass explain window {sessionId}.',
        },
      ),
    );
  if (window.openedAtUs !== null) {
    const untilUs = latenessEndUs(plan, window.openedAtUs);
    if (untilUs > draft.nowUs)
      found.push(
        say(
          'WAITS_FOR_CLOCK',
          'It was opened by a result, so it may be revised until {time:untilUs} of processing time.',
          {
            untilUs,
          },
        ),
      );
  }
  const earlier = plan.previous.length > 0 ? unfiredBefore(type, window) : undefined;
  if (earlier)
    found.push(
      say('WAITS_FOR_EARLIER', 'It is final only after window {windowId}, which precedes it and has not fired.', {
        windowId: earlier.id,
        todo: 'Ask about that window: windlass explain window {windowId}.',
      }),
    );
  if (window.dirty) found.push(lateDue(window));
  return found.length > 0
    ? found
    : [say('FINAL_NEXT', 'It has fired, and becomes final with the next record of the source.', {})];
}

/** The nearest window that it lies in which may still move its start, or take up what is late. */
function unsettledAbove(
  draft: Draft,
  plan: TypePlan,
  parentId: string | null,
): { readonly window: Window; readonly isOpenedByResults: boolean } | null {
  if (parentId === null || !plan.parent || !plan.heldByAncestors) return null;
  const type = typeIn(draft, plan.parent);
  const parent = windowById(type, parentId);
  if (!parent) return null;
  return hasSettled(type, parent)
    ? unsettledAbove(draft, plan.parent, parent.parentId)
    : { window: parent, isOpenedByResults: type.plan.openedByResults };
}

const unfiredBefore = ({ windows }: TypeDraft, { id }: Window): Window | undefined => {
  const at = windows.findIndex((one) => one.id === id);
  return windows.slice(0, at).find(({ fired, withdrawn }) => !fired && !withdrawn);
};

function finalWindow({ plan }: TypeDraft, window: Window): Sentence[] {
  const found = [
    say('IS_FINAL', 'It is final: no later revision comes (the last is {revision}).', { revision: window.revision }),
  ];
  if (window.childrenOpen)
    found.push(say('KEPT_FOR_CHILDREN', 'It is held until the list of its child windows is closed.', {}));
  if (plan.awaits.size > 0 && !isSettled(window))
    found.push(
      say('KEPT_FOR_RESULTS', 'It is held until the algorithms that may open windows by its results are done.', {
        todo: 'See what they wait for: GET /v1/windows/{windowId}/executions of the router.',
        windowId: window.id,
      }),
    );
  return found;
}
