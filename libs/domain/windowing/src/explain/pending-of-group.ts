import type { Draft, TypeDraft } from '../draft.ts';
import { membersBehind } from './members-behind.ts';
import { say, type Sentence } from './sentence.ts';
import type { Window } from '../window.ts';

/** A window of a group fires when the last member that is not silent is past its end. */
export function waitsForMembers(draft: Draft, type: TypeDraft, { endUs }: Window): Sentence[] {
  const { told, names } = membersBehind(draft, type, { untilUs: endUs, holds: 'firing' });
  const about = { group: draft.key, windowType: type.plan.ref, endUs, watermarkUs: type.watermarkUs };
  if (names === '')
    return [
      say('FIRES_NEXT', 'All members that {group} waits for are past its end {time:endUs}: it fires next.', about),
    ];
  return [
    say('MEMBERS_HOLD_UP', 'It has not fired: it waits for {members} to be at {time:endUs}, its end.', {
      ...about,
      members: names,
    }),
    ...told,
  ];
}

/** What keeps it from being final beside the time for late data. */
export const holdsFinality = (draft: Draft, type: TypeDraft, untilUs: number): Sentence[] =>
  type.plan.role === 'group' ? [...membersBehind(draft, type, { untilUs, holds: 'finality' }).told] : [];
