import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type GroupOutcome, type PaneEvent, type ResultRecord, slotOf, type TopicNames } from '@windlass/contracts';
import {
  type ExecutionLimits,
  type HeldDepth,
  type HoldQueue,
  isHoldQueue,
  type KeyInput,
  type QueueDepth,
  Replays,
  type Step,
} from '@windlass/execution';
import {
  type InboundRecord,
  type OutboundMessage,
  type RejectedRecord,
  slotsOfPartition,
  type StageBatch,
  StageConsumer,
  type StageEffects,
  type StageHandler,
  type StageInput,
  type StageTransaction,
  type StageWriting,
} from '@windlass/messaging';
import { CommandIntake } from '../commands/command-intake.ts';
import type { RunCommandStore } from '../commands/ports.ts';
import type { SignalsCodec } from '../packed-signals.ts';
import { holdQueueOf } from '../hold-queue.ts';
import { PartitionRouter, type PlacedInput } from '../partition-router.ts';
import type { DrainStore, WindowStore } from '../ports.ts';
import { ReplayIntake } from '../replay-intake.ts';
import type { DagView } from './dag-view.ts';
import { drainedNotice } from './drained-notice.ts';
import { memberInput } from './group-outcome.codec.ts';
import { messagesOf } from './messages.ts';
import { paneInput, paneProblem } from './pane.codec.ts';
import { resultInput, unreadableResult } from './result.codec.ts';

export interface RouterStageOptions {
  readonly store: WindowStore;
  readonly drains: DrainStore;
  readonly commands: RunCommandStore;
  readonly signals: SignalsCodec;
  readonly dag: DagView;
  readonly limits: ExecutionLimits;
  readonly topics: TopicNames;
  readonly partitions: number;
  /** Over all partitions held. */
  readonly cacheBytes: number;
  /** Told what a batch did: by name, how often. */
  readonly count?: (name: RouterCounter, amount: number) => void;
}

export type RouterCounter =
  | 'router_tasks_total'
  | 'router_outcomes_total'
  | 'router_duplicates_total'
  | 'router_stale_results_total'
  | 'router_unknown_windows_total';

const ignoredCounters = {
  DUPLICATE: 'router_duplicates_total',
  STALE_RESULT: 'router_stale_results_total',
  UNKNOWN_WINDOW: 'router_unknown_windows_total',
} as const;

/**
 * Panes, results, and what members of groups have found, become tasks and outcomes.
 * Redelivery: a pane is recognised by its window's version, a result by its task, what a member found by the version that its window had
 * then, and applied once. Rebalance: a partition's states,
 * queues and credit are forgotten and read back by the next owner. Poison: a record whose ids or bounds are wrong goes to the dead
 * letters. A pane of a DAG revision that has not been read yet waits for it. Back-pressure: tasks queue in Postgres beyond the
 * processor's credit, replays in their topic beyond some of those; the cache of windows is bounded in bytes. Holds: whatever is held stays in its queue; when a hold changes, and when a
 * partition has been taken, the stage is prompted, because no record may come that would start what waits, or tell that a drain is over. Commands of people wait in a
 * table and are followed in the transaction of a batch; see {@link CommandIntake}.
 */
@Injectable()
@StageConsumer({ stage: 'router', families: ['panes', 'results', 'group-outcomes'] })
export class RouterStage implements StageHandler {
  private readonly routers = new Map<number, PartitionRouter>();
  /** By partition: drains (`queue/number`) of which it has said that nothing is under way. */
  private readonly emptied = new Map<number, Set<string>>();
  private readonly intake: CommandIntake;
  private readonly replays = new Replays({
    onTurn: (partition) => this.prompt(partition),
    after: (us, then) => void setTimeout(then, us / 1_000).unref(),
    nowUs: () => Date.now() * 1_000,
  });
  private readonly replayIntake = new ReplayIntake({
    queued: (partition) => this.routers.get(partition)?.queue.queuedReplays,
    areDue: (partition) => this.routers.get(partition)?.queue.hasReplaysDue ?? false,
    areAlone: () => this.replays.areAlone,
  });
  private prompt: (partition?: number) => void = () => undefined;

  constructor(private readonly options: RouterStageOptions) {
    this.intake = new CommandIntake(options.commands, options.partitions);
  }

  async acquire(partition: number): Promise<void> {
    const { store, dag, limits, partitions, cacheBytes } = this.options;
    await dag.whenCaughtUp();
    const router = new PartitionRouter({
      store,
      plans: dag.plans,
      limits,
      newTaskId: randomUUID,
      slotOf,
      slots: slotsOfPartition(partition, partitions),
      cacheBytes: () => cacheBytes / this.routers.size,
      partitions,
      partition,
      replays: this.replays,
      isHeld: (queue) => dag.isHeld(queue),
      holdsAny: () => dag.holds.length > 0,
      holdsRuns: () => dag.holdsRuns,
    });
    router.restore(await store.backlog(slotsOfPartition(partition, partitions)));
    this.routers.set(partition, router);
    this.emptied.set(partition, new Set());
    this.intake.acquired(partition);
    this.prompt();
  }

  release(partition: number): void {
    this.routers.delete(partition);
    this.replays.leave(partition);
    this.emptied.delete(partition);
    this.replayIntake.hadBatch(partition);
  }

  /** How to have `handle` called soon although nothing has come: for one partition, or for each. */
  promptedBy(prompt: (partition?: number) => void): void {
    this.prompt = prompt;
    this.options.dag.onHolds(() => prompt());
  }

  /** Looks whether commands of people wait, and has them followed soon. */
  async lookForCommands(): Promise<void> {
    if (await this.intake.look()) this.prompt();
  }

  async handle({ partition, nowUs, inputs }: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    this.replayIntake.hadBatch(partition);
    const rejected: RejectedRecord[] = [];
    const placed = inputs.flatMap((input) => this.place(input, rejected));
    const commands = await this.intake.take(partition, tx);
    const all = [...placed, ...commands.inputs];
    const { steps, timers, writes } = await this.routers.get(partition)!.handle(all, nowUs, tx);
    await commands.done(tx, steps.slice(placed.length, all.length), nowUs);
    const to = { topics: this.options.topics, homePartition: partition, nowUs };
    const messages = steps.flatMap((taken) => messagesOf(taken, to));
    messages.push(...(await this.drained({ partition, nowUs }, tx)));
    this.measure(steps);
    return {
      messages,
      timers,
      rejected,
      ...(writes.length > 0 && { write: (tx: StageWriting) => this.options.store.write(tx, writes) }),
    };
  }

  roomFor(partition: number, topic: string): number {
    return topic === this.options.topics.replayPanes ? this.replayIntake.roomFor(partition) : Number.POSITIVE_INFINITY;
  }

  canWait(partition: number, topic: string): boolean {
    return topic === this.options.topics.replayPanes && this.replayIntake.canWait(partition);
  }

  /** Told every now and then: replays that no batch has come for since have one of their own. */
  takeOverdue(): void {
    for (const partition of this.replayIntake.overdue) this.prompt(partition);
  }

  standIn(record: InboundRecord, problem: { readonly code: string; readonly message: string }): unknown {
    return record.family === 'results' ? unreadableResult(record, problem) : undefined;
  }

  /** Of the partitions held here. */
  depths(): readonly (QueueDepth & { readonly partition: number })[] {
    return [...this.routers].flatMap(([partition, router]) =>
      router.depths().map((depth) => ({ partition, ...depth })),
    );
  }

  heldDepths(): readonly HeldDepth[] {
    return [...this.routers.values()].flatMap((router) => router.heldDepths());
  }

  /** Tasks under way by a processor's name or a hold's queue, of the partitions held here; null: not yet counted in each. */
  inFlight(queue: string): number | null {
    let sum = 0;
    for (const router of this.routers.values()) {
      const here = router.inFlight(queue);
      if (here === null) return null;
      sum += here;
    }
    return sum;
  }

  /** Of what is held and has been counted: tasks under way of algorithms and window types. */
  heldInFlight(): readonly { readonly queue: HoldQueue; readonly tasks: number }[] {
    return this.options.dag.holds.flatMap((hold) => {
      const queue = holdQueueOf(hold);
      const tasks = this.inFlight(queue);
      return isHoldQueue(queue) && tasks !== null ? [{ queue, tasks }] : [];
    });
  }

  /** Says of what is drained that nothing of it is under way in this partition; the last partition tells everyone. */
  private async drained(
    { partition, nowUs }: Pick<StageBatch, 'partition' | 'nowUs'>,
    tx: StageTransaction,
  ): Promise<OutboundMessage[]> {
    const { dag, drains, partitions, topics } = this.options;
    const draining = dag.holds.filter(({ mode }) => mode === 'DRAIN');
    if (draining.length === 0) return [];
    const said = this.emptied.get(partition)!;
    const router = this.routers.get(partition)!;
    const messages: OutboundMessage[] = [];
    for (const hold of draining) {
      const { number } = hold;
      const queue = holdQueueOf(hold);
      if (router.inFlight(queue) !== 0 || said.has(`${queue}/${number}`)) continue;
      said.add(`${queue}/${number}`);
      const isLast = await drains.emptied(tx, { queue, number, partition, partitions });
      if (isLast) messages.push(drainedNotice(hold, { topics, nowUs }));
    }
    return messages;
  }

  private place(input: StageInput, rejected: RejectedRecord[]): PlacedInput[] {
    const { slot, key } = input;
    if (input.kind === 'timer') return [{ slot, key, input: { kind: 'timer' } }];
    const said = sayingOf(input, this.options.signals);
    const problem = paneProblem(said, key);
    if (!problem) return [{ slot, key, input: said, record: input }];
    rejected.push({ record: input, to: 'dlq', ...problem });
    return [];
  }

  private measure(steps: readonly { readonly step: Step }[]): void {
    const { count } = this.options;
    if (!count) return;
    const counts = new Map<RouterCounter, number>();
    const add = (name: RouterCounter, amount: number) => {
      if (amount > 0) counts.set(name, (counts.get(name) ?? 0) + amount);
    };
    for (const { step } of steps) {
      add('router_tasks_total', step.tasks.length);
      for (const { outcomes } of step.outcomes) add('router_outcomes_total', outcomes.length);
      if (step.ignored) add(ignoredCounters[step.ignored], 1);
    }
    for (const [name, amount] of counts) count(name, amount);
  }
}

function sayingOf(record: InboundRecord, signals: SignalsCodec): KeyInput {
  switch (record.family) {
    case 'panes':
      return paneInput(record.value as PaneEvent, record.valueBytes, signals);
    case 'group-outcomes':
      return memberInput(record.value as GroupOutcome);
    default:
      return resultInput(record.value as ResultRecord);
  }
}
