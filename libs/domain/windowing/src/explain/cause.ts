import type { Cause } from '../journal.ts';
import { CAUSES } from '../watermark.ts';
import type { Facts } from './sentence.ts';

/** A part of a template, and its facts. */
export interface Phrase {
  readonly text: string;
  readonly facts: Facts;
}

/** What was applied when something happened. A group follows its members after all that came at once. */
export function byCause(cause: Cause, isOfGroup: boolean): Phrase {
  switch (cause.kind) {
    case 'signal':
      return bySignal(cause);
    case 'emission':
      return { text: 'the emission {emissionId}', facts: { emissionId: cause.id } };
    case 'outcome':
      return { text: 'a result on window {causeWindowId}', facts: { causeWindowId: cause.windowId } };
    case 'report':
      return { text: 'a report of its member {member}', facts: { member: cause.source } };
    case 'timer':
      return { text: 'the time of day', facts: {} };
    case 'batch':
      return {
        text: isOfGroup ? 'what its members told, or their silence' : 'the records of one batch together',
        facts: {},
      };
    default:
      return cause satisfies never;
  }
}

function bySignal({ id, name, phase, eventTimeUs, cause }: Extract<Cause, { kind: 'signal' }>): Phrase {
  const facts = { signalId: id, signalName: name, signalTimeUs: eventTimeUs };
  const at = '(id {signalId}, event time {time:signalTimeUs})';
  if (cause === CAUSES.idle) return { text: `silence, which the hub took as all before {time:signalTimeUs}`, facts };
  if (cause === CAUSES.maxIdle) return { text: `long silence (maxIdle), up to {time:signalTimeUs}`, facts };
  if (cause === CAUSES.clock) return { text: `the clock, at {time:signalTimeUs}`, facts };
  if (phase === 'WATERMARK') return { text: `a WATERMARK that was sent ${at}`, facts };
  return { text: `${phase === 'POINT' ? 'the signal' : `the ${phase}`} {signalName} ${at}`, facts };
}
