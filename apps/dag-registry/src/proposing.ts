import { type Proposal, type Refusal, type RegistryState, takesAway, type Work } from '@windlass/dag';
import type { Peers } from './ports.ts';

/** `work` as it was asked for before: only what takes something away looks at it. */
export type Propose = (state: RegistryState, work: Work) => Proposal | Refusal;

const UNKNOWN = { known: false, why: 'it was not asked: nothing was to be taken away when this began' } as const;
export const NOT_ASKED: Work = { openWindows: UNKNOWN, tasks: UNKNOWN };

/** Knowing what is under way, which is asked of the other services only where something would be taken away. */
export async function proposed(propose: Propose, state: RegistryState, peers: Peers): Promise<Proposal | Refusal> {
  const first = propose(state, NOT_ASKED);
  return isAboutWork(first) ? propose(state, await underWay(peers)) : first;
}

export async function workFor(propose: Propose, state: RegistryState, peers: Peers): Promise<Work> {
  return isAboutWork(propose(state, NOT_ASKED)) ? underWay(peers) : NOT_ASKED;
}

/** The last answer again while the state is the same: of one without sources, which takes nothing away. */
export function remembering(propose: Propose): Propose {
  let last: { readonly state: RegistryState; readonly answer: Proposal | Refusal } | undefined;
  return (state, work) => {
    if (last?.state.revision !== state.revision || last.state.policies !== state.policies)
      last = { state, answer: propose(state, work) };
    return last.answer;
  };
}

async function underWay(peers: Peers): Promise<Work> {
  const [openWindows, tasks] = await Promise.all([peers.openWindows(), peers.tasks()]);
  return { openWindows, tasks };
}

/** It would take something away, or is refused because nobody has asked what is under way. */
const isAboutWork = (proposal: Proposal | Refusal): boolean =>
  proposal.ok ? takesAway(proposal.changes) : proposal.problems.some(({ code }) => code === 'WORK_UNKNOWN');
