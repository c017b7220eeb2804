import type { EpochUs } from '@windlass/dag';
import { firingWatermark, type Draft, type TypeDraft } from '../draft.ts';
import { othersSilentUs, silenceOfOthers, unheardMembers, type KnownMember } from '../members.ts';
import { FOREVER, NEVER, US_PER_MS } from '../time.ts';
import { say, type Sentence } from './sentence.ts';

/** Members that are named one by one; of more the number. */
const NAMED = 5;

export interface Behind {
  /** Sentences, each about a member or about those that have told nothing. */
  readonly told: readonly Sentence[];
  /** Whom the group waits for, for a headline; empty: nobody. */
  readonly names: string;
}

export interface BehindAsked {
  /** Where the members must be. */
  readonly untilUs: EpochUs;
  /** What waits for them: idle members hold up only that times become final. */
  readonly holds: 'firing' | 'finality';
}

/** Which members a group waits for before it comes to a time. */
export function membersBehind(draft: Draft, type: TypeDraft, asked: BehindAsked): Behind {
  const members = type.plan.members();
  const known = [...type.members].filter(([name]) => members.has(name));
  const waits = ({ silence, watermarkUs }: KnownMember): boolean =>
    watermarkUs < asked.untilUs && (silence === 'ACTIVE' || (asked.holds === 'finality' && silence === 'IDLE'));
  const behind = known
    .filter(([, one]) => waits(one))
    .sort(([a, x], [b, y]) => x.watermarkUs - y.watermarkUs || (a < b ? -1 : 1));
  const unheard = [...unheardMembers(draft, type)].sort();
  const others = unheard.length > 0 ? unheardOf(draft, type, unheard, asked) : null;
  const silent = others || behind.length > 0 ? null : allSilent(draft, type, asked);
  if (silent) return { told: [silent], names: listed([...members].sort()) };
  return {
    told: [
      ...behind.slice(0, NAMED).map(([name, one]) => memberBehind(draft, type, { name, one, asked })),
      ...(behind.length > NAMED
        ? [
            say('MORE_MEMBERS_BEHIND', '{count} more members are behind {time:untilUs} too.', {
              count: behind.length - NAMED,
              untilUs: asked.untilUs,
            }),
          ]
        : []),
      ...(others ? [others] : []),
    ],
    names: listed([...behind.map(([name]) => name), ...(others?.facts['waits'] === true ? unheard : [])]),
  };
}

/** Then a group is as far as the first of them. */
function allSilent({ key }: Draft, type: TypeDraft, { untilUs, holds }: BehindAsked): Sentence | null {
  const watermarkUs = holds === 'firing' ? firingWatermark(type) : type.watermarkUs;
  if (watermarkUs >= untilUs) return null;
  return say(
    'MEMBERS_SILENT',
    'All members of {group} are silent, and the one that is furthest is at {time:watermarkUs}, before {time:untilUs}.',
    { group: key, windowType: type.plan.ref, watermarkUs, untilUs, todo: 'Look at what stopped them from sending.' },
  );
}

interface MemberParts {
  readonly name: string;
  readonly one: KnownMember;
  readonly asked: BehindAsked;
}

function memberBehind({ key }: Draft, { plan }: TypeDraft, { name, one, asked }: MemberParts): Sentence {
  const { policy, ref } = plan;
  const { watermarkUs, silence } = one;
  const { untilUs } = asked;
  const facts = {
    member: name,
    group: key,
    windowType: ref,
    watermarkUs,
    untilUs,
    silence,
    neededUs: untilUs + policy.outOfOrdernessUs,
  };
  if (silence === 'IDLE')
    return say(
      'MEMBER_IDLE',
      '{member} is silent, and was at {time:watermarkUs} last: the group fires without it, but nothing is final before it is at {time:untilUs}, or has been silent for {span:maxIdleUs} (maxIdle).',
      { ...facts, maxIdleUs: policy.maxIdleMs * US_PER_MS },
    );
  const idleTimeoutUs =
    policy.onIdle === 'advance' && policy.idleTimeoutMs !== null ? policy.idleTimeoutMs * US_PER_MS : null;
  return say(
    'MEMBER_BEHIND',
    watermarkUs === NEVER
      ? '{member} has told no watermark yet, and {group} waits for it to be at {time:untilUs}.'
      : '{member} told last that it is at {time:watermarkUs}, and {group} waits for it to be at {time:untilUs}.',
    {
      ...facts,
      idleTimeoutUs,
      maxIdleUs: policy.maxIdleMs * US_PER_MS,
      todo: `A signal of {member} with event time {time:neededUs} or later, or a WATERMARK signal, moves it on; ${leftOut(idleTimeoutUs, asked)}.`,
    },
  );
}

function leftOut(idleTimeoutUs: number | null, { holds }: BehindAsked): string {
  if (idleTimeoutUs === null) return 'its silence never does (onIdle, idleTimeout)';
  return holds === 'firing'
    ? 'once it has been silent for {span:idleTimeoutUs} (idleTimeout) the group fires without it'
    : 'once it has been silent for {span:maxIdleUs} (maxIdle) windows become final without it';
}

/** Members that have never told anything. */
function unheardOf(
  draft: Draft,
  type: TypeDraft,
  unheard: readonly string[],
  { untilUs, holds }: BehindAsked,
): Sentence | null {
  const silence = silenceOfOthers(draft, type);
  if (silence === 'GONE') return null;
  const { idleUs, goneUs } = othersSilentUs(type);
  const facts = {
    members: listed(unheard),
    count: unheard.length,
    total: type.plan.members().size,
    group: draft.key,
    windowType: type.plan.ref,
    heardSinceUs: type.heardSinceUs,
    untilUs,
    waits: silence === 'ACTIVE' || holds === 'finality',
    todo: 'Look at whether they send what {windowType} reads, or take them out of the group (PUT /v1/sources).',
  };
  const told = 'Nothing has come yet from {count} of the {total} members of {group} ({members})';
  if (silence === 'IDLE')
    return say('MEMBERS_UNHEARD', `${told}: it fires without them, and nothing is final before {time:dueUs}.`, {
      ...facts,
      dueUs: goneUs,
    });
  return idleUs === FOREVER
    ? say('MEMBERS_UNHEARD', `${told}, and {group} waits for them without limit (onIdle, idleTimeout).`, facts)
    : say(
        'MEMBERS_UNHEARD',
        `${told}: since {time:heardSinceUs}, when the first did, it waits for them, until {time:dueUs}.`,
        {
          ...facts,
          dueUs: idleUs,
        },
      );
}

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

/** What is known when no member at all has told anything. */
export function groupUnheard(group: string, plan: TypeDraft['plan']): Sentence {
  const members = [...plan.members()].sort();
  const facts = { group, windowType: plan.ref, members: listed(members), count: members.length };
  return members.length === 0
    ? say('GROUP_HAS_NO_MEMBERS', 'No declared source in {group} is one that {windowType} is for.', {
        ...facts,
        todo: 'Declare sources with groups: [{group}] that the selector of {windowType} matches (PUT /v1/sources).',
      })
    : say(
        'GROUP_UNHEARD',
        'None of the {count} members of {group} ({members}) has told anything that {windowType} counts.',
        {
          ...facts,
          todo: 'Look at whether they send what {windowType} reads: {reads}.',
          reads: [...plan.elements].join(' or '),
        },
      );
}
