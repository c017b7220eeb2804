import type { EpochUs } from '@windlass/dag';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { latenessEndUs } from './plan.ts';
import type { AlgorithmOutcome, WindowOutcome } from './input.ts';
import type { NewWindow } from './window-life.ts';
import { missingMetadata } from './metadata.ts';
import { MAX_DEPTH, tooDeep } from './depth.ts';
import { reject } from './draft.ts';
import { reconcile } from './reconcile.ts';
import type { Claim } from './state.ts';
import { containing, windowById } from './windows.ts';
import type { Window } from './window.ts';

/** Claims of one window type that one source remembers; the earliest stay. */
export const CLAIM_LIMIT = 1_000;

/** An upstream result is judged by the type's condition; its windows follow. A later run without one takes the earlier result's place. */
export function onResult(draft: Draft, type: TypeDraft, window: WindowOutcome, outcome: AlgorithmOutcome): void {
  const { open } = type.plan.type;
  const { condition } = type.plan;
  if (!outcome.succeeded) return onResultWithdrawn(draft, type, window.windowId, outcome.run);
  if (open.kind !== 'outcome' || !condition?.ok) return;
  const { key, startUs, endUs, metadata } = window;
  const verdict = condition.judge({ result: outcome.result, window: { key, startUs, endUs }, metadata });
  if (verdict.error !== undefined) draft.counts.unjudged += 1;
  const known = type.claims.find(({ upstreamId }) => upstreamId === window.windowId);
  if (known ? known.run > outcome.run : !verdict.holds) return;
  if (verdict.holds && window.depth + 1 > MAX_DEPTH) {
    reject(draft, tooDeep(type.plan.ref, window.depth + 1));
    return;
  }
  const openingUs = open.from === 'start' ? startUs : endUs;
  setClaim(draft, type, {
    upstreamId: window.windowId,
    run: outcome.run,
    holds: verdict.holds,
    startUs: openingUs,
    parentId: parentOf(draft, type, window, openingUs),
    executionId: outcome.executionId,
    depth: window.depth + 1,
    metadata: {},
    openedAtUs: known?.holds ? known.openedAtUs : draft.nowUs,
  });
}

/** An accepted result does not stand any more. */
export function onResultWithdrawn(draft: Draft, type: TypeDraft, upstreamId: string, run: number): void {
  const claim = type.claims.find((one) => one.upstreamId === upstreamId);
  if (claim && claim.run <= run && claim.holds) setClaim(draft, type, { ...claim, run, holds: false });
}

function setClaim(draft: Draft, type: TypeDraft, claim: Claim): void {
  type.claims = [...type.claims.filter(({ upstreamId }) => upstreamId !== claim.upstreamId), claim].sort(inClaimOrder);
  openClaimed(draft, type);
}

/** Earliest in event time first. */
const inClaimOrder = (a: Claim, b: Claim): number =>
  a.startUs - b.startUs || (a.upstreamId < b.upstreamId ? -1 : a.upstreamId > b.upstreamId ? 1 : 0);

/** Makes the type's windows those of its claims; once a parent, the earliest wins. */
export function openClaimed(draft: Draft, type: TypeDraft): void {
  const { open } = type.plan.type;
  if (open.kind !== 'outcome') return;
  followParents(draft, type);
  const holding = type.claims.filter(({ holds }) => holds);
  const winners = open.once === 'parent' ? firstOfEachParent(draft, type, holding) : holding;
  reconcile(
    draft,
    type,
    winners.flatMap((claim) => wanted(draft, type, claim) ?? []),
  );
}

/** A session may have become part of another: what it held lies there now. */
function followParents(draft: Draft, type: TypeDraft): void {
  const { parent } = type.plan;
  if (!parent || !(parent.startsMove || parent.liesInSessions)) return;
  const parents = typeIn(draft, parent);
  type.claims = type.claims.map((claim) =>
    claim.parentId === null || windowById(parents, claim.parentId)?.withdrawn === false
      ? claim
      : { ...claim, parentId: containing(parents, claim.startUs)[0]?.id ?? claim.parentId },
  );
}

/**
 * A window that is finalised stays the one of its parent, whatever becomes known later. What the parent's window has led to does not take
 * its place: without that window it would not be there, and the two would replace each other for ever.
 */
function firstOfEachParent(draft: Draft, type: TypeDraft, claims: readonly Claim[]): Claim[] {
  const settled = new Set(type.windows.filter(({ finalized }) => finalized).map(({ parentId }) => parentId));
  const winners = new Map<string | null, Claim>();
  for (const claim of claims)
    if (!settled.has(claim.parentId) && !winners.has(claim.parentId) && !isLedTo(draft, type, claim))
      winners.set(claim.parentId, claim);
  return [...winners.values()];
}

/** Whether what claims was opened by results on, or lies in, a window of this type in the same parent. */
function isLedTo(draft: Draft, { plan }: TypeDraft, { parentId, upstreamId }: Claim): boolean {
  const seen = new Set<string>();
  const next = [upstreamId];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (id === parentId || seen.has(id)) continue;
    seen.add(id);
    const found = windowAnywhere(draft, id);
    if (!found) continue;
    const { ref, window } = found;
    if (ref === plan.ref && window.parentId === parentId) return true;
    if (window.origin) next.push(window.origin.windowId);
    if (window.parentId !== null) next.push(window.parentId);
  }
  return false;
}

function windowAnywhere(draft: Draft, id: string) {
  for (const plan of draft.plan.types) {
    const window = windowById(typeIn(draft, plan), id);
    if (window) return { ref: plan.ref, window };
  }
  return undefined;
}

function wanted(draft: Draft, type: TypeDraft, claim: Claim): NewWindow | null {
  const { plan } = type;
  const { open } = plan.type;
  if (open.kind !== 'outcome') return null;
  const parent =
    plan.parent && claim.parentId !== null ? windowById(typeIn(draft, plan.parent), claim.parentId) : undefined;
  if (plan.parent && (!parent || parent.withdrawn)) return null;
  const endUs = claimedEnd(open.until, claim.startUs, parent);
  if (endUs === null || endUs <= claim.startUs) return null;
  const metadata = { ...parent?.metadata, ...claim.metadata };
  if (missingMetadata(plan, metadata)) return null;
  return {
    span: { startUs: claim.startUs, endUs, opener: [claim.upstreamId, open.algorithm] },
    parent: parent ?? null,
    metadata,
    openedAtUs: claim.openedAtUs,
    depth: claim.depth,
    origin: { windowId: claim.upstreamId, algorithm: open.algorithm, executionId: claim.executionId, run: claim.run },
  };
}

function claimedEnd(
  until: 'parent' | { readonly durationUs: number },
  startUs: EpochUs,
  parent?: Window,
): EpochUs | null {
  if (until === 'parent') return parent?.endUs ?? null;
  return parent ? Math.min(startUs + until.durationUs, parent.endUs) : startUs + until.durationUs;
}

/** The upstream window itself, its parent, or else the innermost window of the parent type that holds the start. */
function parentOf(draft: Draft, { plan }: TypeDraft, window: WindowOutcome, startUs: EpochUs): string | null {
  if (!plan.parent) return null;
  if (window.windowType === plan.parent.ref) return window.windowId;
  const parents = typeIn(draft, plan.parent);
  if (window.parentWindowId !== null && windowById(parents, window.parentWindowId)) return window.parentWindowId;
  return containing(parents, startUs)[0]?.id ?? null;
}

/** Claims that cannot open a window any more. */
export function pruneClaims(draft: Draft, type: TypeDraft): void {
  const { plan } = type;
  if (plan.type.open.kind !== 'outcome' || type.claims.length === 0) return;
  const isWithin = ({ parentId }: Claim): boolean =>
    parentId !== null && windowById(typeIn(draft, plan.parent!), parentId) !== undefined;
  const isOpen = ({ upstreamId, openedAtUs }: Claim): boolean =>
    draft.nowUs < latenessEndUs(plan, openedAtUs) || type.windows.some(({ origin }) => origin?.windowId === upstreamId);
  type.claims = type.claims.filter(plan.parent ? isWithin : isOpen).slice(0, CLAIM_LIMIT);
}
