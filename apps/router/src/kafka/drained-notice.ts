import { headerNames, type Notice, type TopicNames } from '@windlass/contracts';
import type { Hold, HoldableKind } from '@windlass/dag';
import type { OutboundMessage } from '@windlass/messaging';
import { holdQueueOf } from '../hold-queue.ts';

const KINDS: Readonly<Record<HoldableKind, { readonly code: string; readonly what: string }>> = {
  processor: { code: 'PROCESSOR_DRAINED', what: 'processor' },
  algorithm: { code: 'ALGORITHM_DRAINED', what: 'algorithm' },
  windowType: { code: 'WINDOW_TYPE_DRAINED', what: 'window type' },
};

/** Nothing of what is drained is under way any more, in any partition. */
export function drainedNotice(
  { kind, name, number, owner, why, by }: Hold,
  { topics, nowUs }: { readonly topics: TopicNames; readonly nowUs: number },
): OutboundMessage {
  const { code, what } = KINDS[kind];
  const value: Notice = {
    id: `drained/${holdQueueOf({ kind, name })}/${number}`,
    kind: code,
    owner,
    severity: 'INFO',
    subject: name,
    message: `${what} ${name} is drained: nothing of it is under way, and nothing is dispatched to it until it is resumed`,
    details: { hold: String(number), by, ...(why !== null && { why }) },
    atUs: nowUs,
  };
  return { topic: topics.notices, family: 'notices', key: owner, value, headers: { [headerNames.id]: value.id } };
}
