import type { Draft } from './draft.ts';
import { frontierId, frontierOf, guestOf, isFrontier, isGuest, type MemberNews } from './guest.ts';
import type { EpochUs, Ref } from '@windlass/dag';
import { type WindowKey, windowKey } from './pane.ts';
import type { WindowState } from './window-state.ts';

/** A group is told of a member: of one algorithm on one of its windows, or how far it is. What is older than what is known changes nothing. */
export function onMemberNews(draft: Draft, news: MemberNews): void {
  if (news.kind === 'closed') return onClosed(draft, news.closed);
  const { standing } = news;
  const plan = draft.context.plans.of(standing.dagRevision, standing.windowType);
  const key = windowKey(standing);
  const known = draft.window(key);
  if (standing.version <= (known?.version ?? draft.done(key)?.version ?? -1)) {
    draft.ignored = 'DUPLICATE';
    return;
  }
  const guest = guestOf(standing, plan, known);
  draft.open({ ...guest, executions: [...guest.executions] });
  touchJoiners(draft, [known, guest]);
}

function onClosed(draft: Draft, closed: Extract<MemberNews, { kind: 'closed' }>['closed']): void {
  draft.context.plans.of(closed.dagRevision, closed.windowType);
  const known = draft.window(windowKey({ windowId: frontierId(closed), generation: closed.generation }));
  const next = frontierOf(closed, known);
  if (known && known.pane.endUs === next.pane.endUs && known.pane.watermarkUs === next.pane.watermarkUs) {
    draft.ignored = 'DUPLICATE';
    return;
  }
  draft.open({ ...next, executions: [] });
  for (const joiner of joinersOf(draft))
    if (joiner.pane.windowType === closed.windowType && joiner.pane.endUs <= next.pane.endUs)
      draft.touch(joiner.window);
}

/** Windows of the group that may have been given results of this member's window, or may be given them now. */
function touchJoiners(draft: Draft, guests: readonly (WindowState | undefined)[]): void {
  for (const joiner of joinersOf(draft))
    if (guests.some((guest) => guest && contains(joiner, guest))) draft.touch(joiner.window);
}

function joinersOf(draft: Draft): WindowState[] {
  const joiners: WindowState[] = [];
  for (const key of draft.base.joiners()) {
    const joiner = draft.window(key);
    if (joiner) joiners.push(joiner);
  }
  return joiners.sort((a, b) => a.pane.startUs - b.pane.startUs);
}

export const contains = ({ pane }: WindowState, { pane: inner }: WindowState): boolean =>
  inner.generation === pane.generation && inner.startUs >= pane.startUs && inner.endUs <= pane.endUs;

/** What the group keeps of members, of one window type, with what this step has brought. */
function* guestsOf(draft: Draft, windowType: Ref): Iterable<WindowState> {
  for (const key of draft.base.guestsOf(windowType)) {
    const guest = draft.window(key);
    if (guest) yield guest;
  }
  for (const [key, w] of draft.changed)
    if (w?.kind === 'open' && w.pane.windowType === windowType && isGuest(w, draft.base.key) && !draft.base.window(key))
      yield w;
}

/** Members' windows of these types inside a group's window, by start, then member. */
export function memberWindows(draft: Draft, w: WindowState, memberTypes: readonly Ref[]): WindowState[] {
  const found: WindowState[] = [];
  for (const type of memberTypes)
    for (const guest of guestsOf(draft, type))
      if (!isFrontier(guest) && !guest.withdrawn && contains(w, guest)) found.push(guest);
  return found.sort(
    (a, b) => a.pane.startUs - b.pane.startUs || compare(a.pane.key, b.pane.key) || compare(a.window, b.window),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every member that the pane counts has told of all windows that it has inside. */
export const areMembersClosed = (draft: Draft, w: WindowState): boolean =>
  countFrontiers(draft, w, ({ pane }) => pane.endUs) >= (w.pane.members ?? 0);

/** The same, and that no other window can come. */
export const areMembersSettled = (draft: Draft, w: WindowState): boolean =>
  countFrontiers(draft, w, ({ pane }) => pane.watermarkUs) >= (w.pane.members ?? 0);

function countFrontiers(
  draft: Draft,
  { pane }: WindowState,
  timeOf: (frontier: WindowState) => EpochUs | null,
): number {
  let count = 0;
  for (const frontier of guestsOf(draft, pane.windowType)) {
    if (!isFrontier(frontier) || frontier.pane.generation !== pane.generation) continue;
    const timeUs = timeOf(frontier);
    if (timeUs !== null && timeUs >= pane.endUs) count++;
  }
  return count;
}

/** Whether windows of a group that join this guest may still be told, or can still change. `lastUs`: where the last firm window of a type starts. */
export function isGuestNeeded(
  draft: Draft,
  guest: WindowState,
  {
    isFirm,
    lastUs,
  }: { readonly isFirm: (w: WindowState) => boolean; readonly lastUs: (joiner: Ref) => EpochUs | undefined },
): boolean {
  const { plans } = draft.context;
  if (isFrontier(guest)) return plans.latest(guest.pane.windowType).joinsMembers;
  if (guest.withdrawn) return false;
  for (const key of draft.base.joiners()) {
    const joiner = draft.window(key);
    if (joiner && contains(joiner, guest) && !isFirm(joiner)) return true;
  }
  if (!guest.firm) return true;
  const readers = plans.latest(guest.pane.windowType).readByGroups;
  return readers.some(({ windowType }) => (lastUs(windowType) ?? Number.NEGATIVE_INFINITY) < guest.pane.startUs);
}

/** Of the windows that are firm, where the last one of each type starts that joins members' results. */
export function lastJoiners(
  firm: readonly WindowState[],
): ReadonlyMap<Ref, { readonly startUs: EpochUs; readonly window: WindowKey }> {
  const last = new Map<Ref, { readonly startUs: EpochUs; readonly window: WindowKey }>();
  for (const { pane, window, withdrawn } of firm) {
    if (pane.members === null || withdrawn || pane.generation !== 0) continue;
    const known = last.get(pane.windowType);
    if (!known || known.startUs < pane.startUs) last.set(pane.windowType, { startUs: pane.startUs, window });
  }
  return last;
}
