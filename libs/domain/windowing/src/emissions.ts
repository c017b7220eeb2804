import { hashedId } from '@windlass/dag';
import { tooDeep, MAX_DEPTH } from './depth.ts';
import { reject, typeIn, type Draft, type RejectionCode, type TypeDraft } from './draft.ts';
import { hash53 } from './hash53.ts';
import type { AlgorithmOutcome, Emission, EmissionRequest, WindowOutcome } from './input.ts';
import { changeEnd, idOf, openWindow, revive, withdraw } from './window-life.ts';
import { missingMetadata } from './metadata.ts';
import { isMeantAt, type TypePlan } from './plan.ts';
import type { WindowState } from './state.ts';
import { containing, windowById } from './windows.ts';
import type { Window } from './window.ts';

/** Who asks for a window: an algorithm on a window, or somebody from outside. */
interface Asker {
  readonly origin: WindowState['origin'];
  readonly parentWindowId: string | null;
  readonly depth: number;
}

/** A result's request for a window of another key, as it travels there. Its id is made of what it asks for, so that a repeated step asks for the same window. */
export function sentEmission(source: string, request: EmissionRequest): Emission {
  const { windowType, key, startUs, endUs, emissionKey } = request;
  const id = hashedId([source, windowType, key, String(startUs), String(endUs), emissionKey ?? '']);
  return { ...request, id, parentWindowId: null };
}

/** Opens a window by hand or from outside. */
export function onEmission(draft: Draft, emission: Emission): void {
  openEmitted(draft, emission, { origin: null, parentWindowId: emission.parentWindowId, depth: 0 });
}

/** Child windows that an accepted result names; those that an earlier run named and this one does not are withdrawn: all, when it has no result. */
export function onEmitted(draft: Draft, window: WindowOutcome, outcome: AlgorithmOutcome): void {
  const { algorithm, executionId, run } = outcome;
  if (!outcome.succeeded) return withdrawEmitted(draft, { upstreamId: window.windowId, algorithm, untilRun: run });
  const asker = (plan: TypePlan | undefined): Asker => ({
    origin: { windowId: window.windowId, algorithm, executionId, run },
    parentWindowId: plan?.parent?.ref === window.windowType ? window.windowId : window.parentWindowId,
    depth: window.depth + 1,
  });
  const named = new Set<string>();
  for (const emission of outcome.emissions) {
    if (emission.key === draft.key) {
      const id = openEmitted(draft, emission, asker(draft.plan.byRef.get(emission.windowType)));
      if (id !== null) named.add(id);
    } else draft.emissions.push(emission);
  }
  withdrawEmitted(draft, { upstreamId: window.windowId, algorithm, untilRun: run }, named);
}

/** Withdraws the windows that runs of an algorithm on a window have emitted, up to `untilRun`, except those named. */
export function withdrawEmitted(
  draft: Draft,
  { upstreamId, algorithm, untilRun }: { upstreamId: string; algorithm: string; untilRun: number },
  except: ReadonlySet<string> = new Set(),
): void {
  for (const plan of draft.plan.types) {
    if (plan.type.open.kind !== 'emission') continue;
    const type = typeIn(draft, plan);
    const gone = type.windows.filter(
      ({ id, withdrawn, finalized, origin }) =>
        !withdrawn && !finalized && !except.has(id) && isFrom(origin, upstreamId, algorithm) && origin!.run <= untilRun,
    );
    for (const window of gone)
      withdraw(draft, type, window, { replacedBy: [...except], reason: 'not emitted any more' });
  }
}

const isFrom = (origin: WindowState['origin'], upstreamId: string, algorithm: string): boolean =>
  origin !== null && origin.windowId === upstreamId && origin.algorithm === algorithm;

function openEmitted(draft: Draft, emission: EmissionRequest, asker: Asker): string | null {
  const { windowType, startUs, endUs } = emission;
  const refuse = (code: RejectionCode, message: string): null => {
    reject(draft, { to: 'dlq', code, message, windowTypes: [windowType] });
    return null;
  };
  const plan = draft.plan.byRef.get(windowType);
  if (!plan)
    return refuse(
      'UNKNOWN_WINDOW_TYPE',
      `${windowType} is no window type of ${draft.key} in DAG revision ${draft.plan.dagRevision}.`,
    );
  if (!isMeantAt(plan, startUs))
    return refuse(
      'UNKNOWN_WINDOW_TYPE',
      `${windowType} is no window type of ${draft.key} at ${startUs} µs, by what the source was then (windlass sources show ${draft.key} --history).`,
    );
  if (plan.type.open.kind !== 'emission')
    return refuse('UNKNOWN_WINDOW_TYPE', `Windows of ${windowType} open by ${plan.type.open.kind}, not by emission.`);
  if (endUs <= startUs)
    return refuse(
      'EMPTY_WINDOW',
      `The window [${startUs}, ${endUs}) µs of ${windowType} is empty: its end must be after its start.`,
    );
  if (asker.depth > MAX_DEPTH) {
    reject(draft, tooDeep(windowType, asker.depth));
    return null;
  }
  const type = typeIn(draft, plan);
  const parent = plan.parent ? parentOf(draft, plan, emission, asker) : null;
  if (plan.parent && !parent)
    return refuse(
      'NO_PARENT',
      `No window of ${plan.parent.ref} of ${draft.key} holds ${startUs} µs: a window of ${windowType} lies in one.`,
    );
  if (parent && (startUs < parent.startUs || endUs > parent.endUs))
    return refuse(
      'OUTSIDE_PARENT',
      `[${startUs}, ${endUs}) µs of ${windowType} is not within its parent [${parent.startUs}, ${parent.endUs}).`,
    );
  const metadata = { ...parent?.metadata, ...emission.metadata };
  const missing = missingMetadata(plan, metadata);
  if (missing) return refuse('METADATA_MISSING', missing);
  const span = { startUs, endUs, opener: [emission.emissionKey ?? String(startUs)] };
  const id = idOf(draft, plan, span, parent);
  const known = windowById(type, id);
  if (known) again(draft, type, known, { endUs, origin: asker.origin });
  else if (draft.emitted.includes(hash53(id))) draft.counts.duplicates += 1;
  else
    openWindow(draft, type, {
      span,
      parent,
      metadata,
      origin: asker.origin,
      depth: asker.depth,
      openedAtUs: draft.nowUs,
    });
  return id;
}

/** The same window, asked for again: by the same algorithm it is a revision, by anybody else a duplicate. */
function again(
  draft: Draft,
  type: TypeDraft,
  window: Window,
  { endUs, origin }: { endUs: number; origin: WindowState['origin'] },
): void {
  if (window.finalized) return;
  const mine = origin !== null && isFrom(window.origin, origin.windowId, origin.algorithm);
  if (mine && window.origin!.run > origin.run) return;
  if (window.withdrawn) revive(draft, type, window, endUs);
  else if (mine) changeEnd(draft, type, window, endUs);
  else {
    draft.counts.duplicates += 1;
    return;
  }
  window.origin = origin;
}

function parentOf(
  draft: Draft,
  plan: TypePlan,
  { startUs }: EmissionRequest,
  { parentWindowId }: Asker,
): Window | null {
  const parents = typeIn(draft, plan.parent!);
  const named = parentWindowId === null ? undefined : windowById(parents, parentWindowId);
  if (named && !named.withdrawn) return named;
  return containing(parents, startUs)[0] ?? null;
}
