import { headerNames, type Notice, type TopicNames } from '@windlass/contracts';
import type { Hold } from '@windlass/dag';
import type { OutboundMessage } from '@windlass/messaging';

/** Nothing of a draining processor is under way any more, in any partition. */
export function drainedNotice(
  { name, number, owner, why, by }: Hold,
  { topics, nowUs }: { readonly topics: TopicNames; readonly nowUs: number },
): OutboundMessage {
  const value: Notice = {
    id: `drained/${name}/${number}`,
    kind: 'PROCESSOR_DRAINED',
    owner,
    severity: 'INFO',
    subject: name,
    message: `processor ${name} is drained: nothing of it is under way, and nothing is dispatched to it until it is resumed`,
    details: { hold: String(number), by, ...(why !== null && { why }) },
    atUs: nowUs,
  };
  return { topic: topics.notices, family: 'notices', key: owner, value, headers: { [headerNames.id]: value.id } };
}
