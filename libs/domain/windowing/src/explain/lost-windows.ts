import type { EpochUs } from '@windlass/dag';
import type { TypeDraft } from '../draft.ts';
import { windowById } from '../windows.ts';
import type { TimedEntry, WindowHistory } from './explanation.ts';
import { say, type Sentence } from './sentence.ts';

/** What became of windows that held the time once, by the journal: over, withdrawn, or cut before it. */
export const lostWindows = (type: TypeDraft, histories: readonly WindowHistory[], timeUs: EpochUs): Sentence[] =>
  histories.flatMap((history) => {
    const held = windowById(type, history.windowId);
    return held && !held.withdrawn && held.endUs > timeUs ? [] : (lost(history, timeUs) ?? []);
  });

function lost({ windowId, entries }: WindowHistory, timeUs: EpochUs): Sentence | null {
  const last = entries.at(-1)!;
  const { startUs, endUs, event } = last;
  if (startUs > timeUs) return null;
  const facts = { windowId, startUs, endUs, todo: 'windlass explain window {windowId}' };
  const span = 'from {time:startUs} to {time:endUs}';
  if (endUs <= timeUs) return cut(entries, timeUs, facts);
  if (event.kind !== 'withdrawn')
    return say('WINDOW_WAS', `There was one: window {windowId}, ${span}, which the trigger has let go of.`, facts);
  const replacedBy = event.replacedBy.join(', ');
  if (event.reason.startsWith('part of a session'))
    return say(
      'WINDOW_MERGED',
      `There was one, window {windowId}, ${span}: it became part of the session {replacedBy}.`,
      {
        ...facts,
        replacedBy,
        todo: 'windlass explain window {replacedBy}',
      },
    );
  const heirs = event.replacedBy.length > 0 ? '; in its place: {replacedBy}' : '';
  return say('WINDOW_WITHDRAWN', `There was one, window {windowId}, ${span}: it was withdrawn, {reason}${heirs}.`, {
    ...facts,
    reason: event.reason,
    replacedBy,
  });
}

/** Its end lay behind the time once. */
function cut(
  entries: readonly TimedEntry[],
  timeUs: EpochUs,
  facts: { readonly windowId: string; readonly startUs: EpochUs; readonly endUs: EpochUs; readonly todo: string },
): Sentence | null {
  const reached = entries.find(({ endUs }) => endUs > timeUs);
  const moved = entries.find(
    ({ event, endUs }) => event.kind === 'moved' && event.beforeUs > timeUs && endUs <= timeUs,
  );
  if (!reached && !moved) return null;
  return say('WINDOW_CUT', 'Window {windowId} held that time once; its end moved to {time:endUs}, before it.', facts);
}
