import { type Sentence, say } from '@windlass/windowing';
import type { Execution } from '../execution.ts';
import type { RunParts } from './parts.ts';
import { waitsOf } from './waits.ts';

/** How an execution stands now: the answer first. */
export function standingOf(parts: RunParts): Sentence[] {
  const { execution } = parts;
  switch (execution.state) {
    case 'PENDING':
      return pending(parts);
    case 'QUEUED':
      return [queued(parts)];
    case 'DISPATCHED':
      return [inFlight(execution)];
    default:
      return [ended(execution), ...kept(execution)];
  }
}

const named = ({ algorithm, run, executionId, processor }: Execution) => ({ algorithm, run, executionId, processor });

function pending({ execution, planned, ...parts }: RunParts): Sentence[] {
  const { notBeforeUs, attempt } = execution;
  if (notBeforeUs > parts.draft.context.nowUs)
    return [
      say('RUN_BACKS_OFF', '{algorithm} is tried again at {time:notBeforeUs}; it has used {attempt} attempts.', {
        ...named(execution),
        ...{ notBeforeUs, attempt },
      }),
    ];
  const waits = planned ? waitsOf({ ...parts, execution, planned }, planned) : [];
  return waits.length > 0 ? waits : [say('RUN_DISPATCHES_NEXT', '{algorithm} goes out next.', named(execution))];
}

function queued({ execution, holdOf }: RunParts): Sentence {
  const { heldBy, processor } = execution;
  const hold = holdOf(heldBy ?? processor);
  if (hold)
    return say('RUN_HELD', '{algorithm} waits: {held} is held since {time:sinceUs} by {by}{because}.', {
      ...named(execution),
      ...{ held: heldBy ?? `processor ${processor}`, by: hold.by, sinceUs: hold.sinceUs },
      because: hold.why === null ? '' : ` (${hold.why})`,
      todo: `windlass resume ${heldBy ?? processor}`,
    });
  return say(
    'RUN_WAITS_FOR_CREDIT',
    '{algorithm} waits in the queue of {processor}: as many tasks as it can work on are out.',
    {
      ...named(execution),
      todo: 'windlass processors show {processor} tells whether its instances are alive, and how far behind.',
    },
  );
}

const inFlight = (x: Execution): Sentence =>
  say(
    'RUN_IN_FLIGHT',
    '{algorithm} is with {processor} since {time:dispatchedUs} (attempt {attempt}); there is no answer yet.',
    {
      ...named(x),
      ...{ dispatchedUs: x.dispatchedUs, attempt: x.attempt },
      todo: 'windlass processors show {processor} tells whether its instances are alive; windlass run cancel {executionId} calls it off.',
    },
  );

function ended(x: Execution): Sentence {
  if (x.state === 'SUCCEEDED' && x.settled)
    return say('RUN_SUCCEEDED', '{algorithm} has its result (run {run}).', named(x));
  const { code: reasonCode = '', message = '', because = null } = x.settled?.reason ?? {};
  const facts = { ...named(x), reasonCode, message, because };
  if (!x.settled) return say('RUN_WITHDRAWN', 'The result of {algorithm} (run {run}) does not hold any more.', facts);
  const todo =
    because === null
      ? 'When what was wrong is mended: windlass run retry {executionId}'
      : 'It was caused by another: windlass explain execution {because}';
  const text = (what: string) => `{algorithm} ${what}: {message} ({reasonCode}, run {run}).`;
  if (x.state === 'FAILED') return say('RUN_FAILED', text('failed'), { ...facts, todo });
  if (x.state === 'CANCELLED') return say('RUN_CANCELLED', text('was cancelled'), { ...facts, todo });
  return say('RUN_SKIPPED', text('was skipped'), { ...facts, todo });
}

const kept = (x: Execution): Sentence[] =>
  x.staleInput
    ? [say('RUN_STALE_INPUT', 'An input of {algorithm} was revised since, and its onRevision says keep.', named(x))]
    : [];
