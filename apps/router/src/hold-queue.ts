import type { HoldSubject } from '@windlass/dag';

/** The queue in which a hold keeps back what it holds: a processor's own, or `algorithm:rul@1`. */
export const holdQueueOf = ({ kind, name }: HoldSubject): string => (kind === 'processor' ? name : `${kind}:${name}`);
