import { createHash } from 'node:crypto';
import { encodeValue, headerNames, referenceOf, toValue, type TopicNames, type Value } from '@windlass/contracts';
import type { Cancel, Forward, Outcome, OutcomeEvent, ResultValue, Task, TaskInput } from '@windlass/execution';
import type { InboundRecord, OutboundMessage } from '@windlass/messaging';
import { toGroupOutcome } from './group-outcome.codec.ts';
import { sentPane } from './pane.codec.ts';
import type { TakenStep } from '../partition-router.ts';

/** Where messages go. */
export interface Addresses {
  readonly topics: TopicNames;
  /** The partition that the batch came from, to which answers return. */
  readonly homePartition: number;
  readonly nowUs: number;
}

/** What a step says to the world, in the order of the step. */
export function messagesOf({ step, record }: TakenStep, to: Addresses): OutboundMessage[] {
  return [
    ...step.tasks.map((task) => taskMessage(task, to, record)),
    ...step.outcomes.map((event) => outcomeMessage(event, to, record)),
    ...step.forwards.map((forward) => forwardMessage(forward, to, record)),
    ...step.cancels.map((cancel) => cancelMessage(cancel, to, record)),
  ];
}

const caused = (record: InboundRecord | undefined) => (record ? { causedBy: record } : {});

/** Inputs and outcomes share one encoded value per result: a result is often the input of several tasks. */
const values = new WeakMap<object, Value>();

function valueOf(result: ResultValue): Value {
  if (typeof result !== 'object' || result === null) return toValue(result);
  let value = values.get(result);
  if (!value) values.set(result, (value = toValue(result)));
  return value;
}

const references = new WeakMap<Value, string>();

/** Many tasks may refer to one result, whose bytes are hashed once. */
function referenceTo({ windowId, executionId }: Pick<TaskInput, 'windowId' | 'executionId'>, value: Value): string {
  let reference = references.get(value);
  if (reference === undefined) {
    const sha256 = createHash('sha256').update(encodeValue(value)).digest('hex');
    references.set(value, (reference = referenceOf({ windowId, executionId, sha256 })));
  }
  return reference;
}

function taskMessage(task: Task, { topics, homePartition }: Addresses, record?: InboundRecord): OutboundMessage {
  const { taskId, processor, pane, executions, inputs } = task;
  return {
    topic: topics.windows(processor),
    family: 'windows',
    key: pane.key,
    value: {
      taskId,
      pane: sentPane(pane),
      homePartition,
      executions,
      inputs: inputs.map(({ byReference, resultBytes: _, ...input }) =>
        byReference
          ? { ...input, result: null, reference: referenceTo(input, valueOf(input.result)) }
          : { ...input, result: valueOf(input.result), reference: null },
      ),
    },
    headers: {
      [headerNames.id]: taskId,
      [headerNames.attempt]: executions.map(({ executionId, attempt }) => `${executionId}:${attempt}`).join(','),
      [headerNames.homePartition]: String(homePartition),
    },
    ...caused(record),
  };
}

function outcomeMessage(event: OutcomeEvent, { topics }: Addresses, record?: InboundRecord): OutboundMessage {
  const emissions = event.outcomes.reduce((sum, outcome) => sum + outcome.emissions.length, 0);
  return {
    topic: topics.outcomes,
    family: 'outcomes',
    key: event.key,
    value: { ...event, outcomes: event.outcomes.map(outcomeValue) },
    headers: {
      [headerNames.id]: `${event.windowId}/${event.generation}/${event.version}`,
      [headerNames.windowType]: event.windowType,
      ...(emissions > 0 && { [headerNames.emissions]: String(emissions) }),
    },
    ...caused(record),
  };
}

const outcomeValue = (outcome: Outcome) => ({
  ...outcome,
  result: outcome.state === 'SUCCEEDED' ? valueOf(outcome.result) : null,
});

const forwardMessage = (forward: Forward, { topics }: Addresses, record?: InboundRecord): OutboundMessage => ({
  topic: topics.groupOutcomes,
  family: 'group-outcomes',
  key: forward.group,
  value: toGroupOutcome(forward),
  ...caused(record),
});

const cancelMessage = (
  { processor, ...cancel }: Cancel,
  { topics, nowUs }: Addresses,
  record?: InboundRecord,
): OutboundMessage => ({
  topic: topics.control,
  family: 'control',
  key: processor,
  value: { processor, kind: 'CANCEL', ...cancel, atUs: nowUs },
  ...caused(record),
});
