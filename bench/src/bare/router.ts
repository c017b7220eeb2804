/** Panes and results become tasks and outcomes, of the hub's shape and size; nothing is decided. */
import {
  decodeCurrent,
  encodeRecord,
  headerNames,
  splitWireFormat,
  topicNames,
  type Outcome,
  type OutcomeEvent,
  type Pane,
  type PaneEvent,
  type ResultItem,
  type ResultRecord,
  type Task,
  type TaskInput,
} from '@windlass/contracts';
import { randomUUID } from 'node:crypto';
import { refOf, scenarios, windowTypeOf, type Scenario } from '../scenario.ts';
import { PREFIX, schemaIds } from './environment.ts';
import { headersOf, partitionOfKey, randomId, type BareMessage } from './messages.ts';
import { rowsStatement, type WindowRow } from './router-rows.ts';
import type { BareEffects, BareRecord } from './partition-loop.ts';
import { runStage } from './stage.ts';

const names = topicNames(PREFIX);
const ids = await schemaIds(['windows', 'outcomes']);
const byType = new Map(Object.values(scenarios).map((scenario) => [windowTypeOf(scenario), scenario]));

interface Dispatched {
  readonly task: Task;
  readonly scenario: Scenario;
  /** Place of the processor in the scenario. */
  readonly place: number;
}

const dispatched = new Map<string, Dispatched>();

function handle(records: readonly BareRecord[]): BareEffects {
  const messages: BareMessage[] = [];
  const rows: WindowRow[] = [];
  for (const { topic, message } of records) {
    const { body } = splitWireFormat(message.value);
    if (topic === names.panes) onPane(decodeCurrent('panes', body), body, { messages, rows });
    else onResult(decodeCurrent('results', body), { messages, rows });
  }
  return { messages, statements: [rowsStatement(rows)] };
}

type Effects = { readonly messages: BareMessage[]; readonly rows: WindowRow[] };

function onPane({ event }: PaneEvent, bytes: Buffer, { messages, rows }: Effects): void {
  const pane = (event as { readonly 'io.windlass.v1.Pane': Pane })['io.windlass.v1.Pane'];
  const scenario = byType.get(pane.windowType)!;
  const before = pane.previous.flatMap(({ windowIds }) => windowIds).map((id) => inputOf(pane, id, 'PREVIOUS'));
  const task = taskOf(pane, scenario, 0, before);
  messages.push(taskMessage(task, scenario, 0));
  rows.push({ pane, paneBytes: bytes, executions: task.executions.length, done: false });
}

function onResult({ taskId, items, processor, instance }: ResultRecord, { messages, rows }: Effects): void {
  const { task, scenario, place } = dispatched.get(taskId)!;
  dispatched.delete(taskId);
  const { pane } = task;
  const last = place === scenario.processors.length - 1;
  const outcomes = items.map((item, index) => outcomeOf(item, { task, index, processor, instance }));
  messages.push(outcomeMessage(pane, outcomes, last));
  rows.push({ pane, paneBytes: null, executions: items.length, done: last });
  if (last) return;
  const { executionId, result } = items[0]!;
  const input = { ...inputOf(pane, pane.windowId, 'SAME'), executionId, result };
  const next = taskOf(pane, scenario, place + 1, [input]);
  messages.push(taskMessage(next, scenario, place + 1));
}

function taskOf(pane: Pane, scenario: Scenario, place: number, inputs: readonly TaskInput[]): Task {
  const { algorithms } = scenario.processors[place]!;
  const executionIds = algorithms.map(randomId);
  const task: Task = {
    taskId: randomUUID(),
    pane,
    homePartition: partitionOfKey(pane.key),
    executions: algorithms.map(({ name, same }, index) => {
      const upstream = algorithms.findIndex((one) => one.name === same[0]);
      const after = upstream < 0 ? [] : [executionIds[upstream]!];
      return {
        executionId: executionIds[index]!,
        algorithm: refOf(name),
        run: 0,
        attempt: 1,
        timeoutMs: 60_000,
        after,
        resolved: [],
        withheld: [],
      };
    }),
    inputs,
  };
  dispatched.set(task.taskId, { task, scenario, place });
  return task;
}

function taskMessage(task: Task, scenario: Scenario, place: number): BareMessage {
  const { pane, taskId, homePartition, executions } = task;
  return {
    topic: names.windows(scenario.processors[place]!.name),
    partition: homePartition,
    key: pane.key,
    value: encodeRecord('windows', ids.windows, task),
    headers: headersOf('windows', taskId, {
      [headerNames.attempt]: executions.map(({ executionId, attempt }) => `${executionId}:${attempt}`).join(','),
      [headerNames.homePartition]: String(homePartition),
    }),
  };
}

function outcomeMessage(pane: Pane, outcomes: readonly Outcome[], runComplete: boolean): BareMessage {
  const { windowId, generation, windowType, key, startUs, endUs, revision, isFinal, parentWindowId, metadata } = pane;
  const { completeness, dagRevision, policyRevision, lane, depth } = pane;
  const event: OutcomeEvent = {
    ...{ windowId, generation, windowType, key, startUs, endUs, revision, isFinal, parentWindowId, metadata },
    ...{ completeness, dagRevision, policyRevision, lane, depth, outcomes, openersComplete: runComplete, runComplete },
    version: Date.now() * 1000,
    withdrawn: [],
  };
  return {
    topic: names.outcomes,
    partition: partitionOfKey(key),
    key,
    value: encodeRecord('outcomes', ids.outcomes, event),
    headers: headersOf('outcomes', `${windowId}/${generation}/${event.version}`),
  };
}

function outcomeOf(
  { executionId, attempt, result, startedAtUs, endedAtUs, cpuMs }: ResultItem,
  { task, index, processor, instance }: { task: Task; index: number; processor: string; instance: string },
): Outcome {
  const { algorithm, run, after } = task.executions[index]!;
  const { windowId } = task.pane;
  const same = after.map((id, at) => {
    const upstream = task.executions.find((one) => one.executionId === id) ?? task.executions[at]!;
    return { executionId: id, algorithm: upstream.algorithm, relation: 'SAME' as const, windowId };
  });
  const given = task.inputs.map((input) => ({
    executionId: input.executionId,
    algorithm: input.algorithm,
    relation: input.relation,
    windowId: input.windowId,
  }));
  return {
    ...{ executionId, algorithm, run, attempt, result, startedAtUs, endedAtUs, cpuMs, processor, instance },
    state: 'SUCCEEDED',
    reason: null,
    unit: null,
    inputs: index === 1 || task.executions.length === 1 ? [...same, ...given] : same,
    staleInput: false,
    emissions: [],
    knownAtUs: Date.now() * 1000,
    processorVersion: '1',
  };
}

function inputOf(pane: Pane, windowId: string, relation: 'SAME' | 'PREVIOUS'): TaskInput {
  const { generation, revision, startUs, endUs, isFinal, metadata } = pane;
  return {
    ...{ algorithm: refOf('previous-a'), relation, windowId, generation, revision, startUs, endUs, isFinal, metadata },
    executionId: windowId,
    result: { value: { double: 0 } },
    reference: null,
    completeness: null,
    key: pane.key,
  };
}

await runStage('router', [names.panes, names.results('default')], handle);
