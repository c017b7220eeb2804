import { headerNames, type TopicNames } from '@windlass/contracts';
import type {
  InboundRecord,
  Log,
  OutboundMessage,
  RejectedRecord,
  StageBatch,
  StageEffects,
  StageTransaction,
  TimerChange,
} from '@windlass/messaging';
import {
  emptySource,
  lifeOf,
  takeStep,
  withKept,
  type Life,
  type Needs,
  type PastChild,
  type Signal,
  type SkippedWindows,
  type SourcePlan,
  type SourceState,
  type Step,
} from '@windlass/windowing';
import { ConfirmedUnknown } from './confirmed-unknown.ts';
import { groupInputs, withTimers, type SourceInputs } from './group-inputs.ts';
import { firstSeen, lateHeadersOf, messagesOf } from './kafka/messages.ts';
import type { Listening } from './listening.ts';
import type { Measures } from './measures.ts';
import { packState, unpackState } from './postgres/source-state.codec.ts';
import type { OpenWindows } from './open-windows.ts';
import type { Overflow } from './overflow/overflow.ts';
import type { PolicyRounds } from './policy-rounds.ts';
import type { DialRecord, OpenWindowStore, Registry, SourceChange, SourceStore } from './ports.ts';
import { RegistryBehindError } from './ports.ts';
import type { SourceCache } from './source-cache.ts';

export interface TriggerParts {
  readonly topics: TopicNames;
  readonly registry: Registry;
  readonly store: SourceStore;
  readonly cache: SourceCache;
  readonly listening: Listening;
  readonly measures: Measures;
  readonly dial: DialRecord;
  readonly openWindows: OpenWindows;
  readonly openWindowStore: OpenWindowStore;
  readonly overflow: Overflow;
  readonly policyRounds: PolicyRounds;
  readonly log: Log;
  /** See `DraftParts`. */
  readonly keptRetentionUs: number;
  readonly journaling: boolean;
}

const NO_IDS: ReadonlySet<number> = new Set();
const nothingKnown = packState(emptySource);

/** One source of a batch, on its way through the core. */
interface Work extends SourceInputs {
  readonly plan: SourcePlan;
  readonly life: Life;
  /** As it is stored; undefined: nothing is. */
  readonly packed: Buffer | undefined;
  /** Null: `packed` has not been unpacked yet. */
  state: SourceState | null;
  pastChildren: ReadonlyMap<string, readonly PastChild[]>;
  sealedIds: ReadonlyMap<number, ReadonlySet<number>>;
}

/** What a batch has come to so far. */
interface Effects {
  readonly messages: OutboundMessage[];
  readonly timers: TimerChange[];
  readonly rejected: RejectedRecord[];
  readonly changes: SourceChange[];
  readonly skipped: SkippedWindows[];
  /** There are more windows that may still change, or fewer. */
  countsWindows: boolean;
}

/** The trigger's use case: what a batch of signals, emissions, outcomes and timers does to the windows of its sources. */
export class Trigger {
  private readonly parts: TriggerParts;
  private readonly unknown = new ConfirmedUnknown();

  constructor(parts: TriggerParts) {
    this.parts = parts;
  }

  /** @throws {RegistryBehindError} while the registry is not known far enough. */
  async handle(batch: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    const { registry, store, cache, measures, openWindows, openWindowStore, overflow, policyRounds } = this.parts;
    const { partition } = batch;
    if (!registry.isReady) throw new RegistryBehindError('the registry has not been read yet');
    const sifted = overflow.sift(batch);
    const grouped = groupInputs(sifted.inputs);
    const round = await policyRounds.next(partition, tx);
    const sources = withTimers(grouped.sources, round.sources);
    const plans = await this.plansOf(sources);
    const works = await this.load(partition, sources, { plans, tx });
    const effects: Effects = {
      messages: [...sifted.messages],
      timers: [],
      rejected: [...grouped.rejected],
      changes: [],
      skipped: [],
      countsWindows: false,
    };
    for (let open = works; open.length > 0;) open = await this.step(open, { batch, tx, effects });
    this.tellSkipped(effects.skipped);
    measures.batch({ rejected: effects.rejected, cacheBytes: cache.bytes });
    const { messages, timers, changes, countsWindows } = effects;
    return {
      messages,
      timers,
      rejected: [...effects.rejected, ...sifted.rejected],
      write: async (inTx) => {
        const counting = countsWindows && openWindowStore.write(inTx, partition, openWindows.of(partition));
        await Promise.all([store.write(inTx, changes), counting, sifted.write?.(inTx), round.write?.(inTx)]);
      },
    };
  }

  /**
   * Whoever had the partition before can commit nothing any more, and knew no more of the registry than is in it now. So once that is
   * known here too, no window fires under an older DAG revision, or an older policy, than before.
   * @throws {RegistryBehindError}
   */
  async acquire(partition: number): Promise<void> {
    const { registry, cache, openWindows, openWindowStore, overflow, policyRounds } = this.parts;
    await registry.catchUp();
    cache.acquire(partition);
    openWindows.acquire(partition, await openWindowStore.load(partition));
    await overflow.acquire(partition);
    await policyRounds.acquire(partition);
  }

  release(partition: number): void {
    this.parts.cache.release(partition);
    this.parts.openWindows.release(partition);
    this.parts.overflow.release(partition);
    this.parts.policyRounds.release(partition);
  }

  /** An outcome is of use only where results may open windows: of most window types they may not. */
  passesOver(record: InboundRecord): boolean {
    const { registry } = this.parts;
    if (record.family !== 'outcomes' || !registry.isReady) return false;
    // Read only now: headers of a record are made when they are asked for.
    const { headers } = record;
    const windowType = headers[headerNames.windowType];
    return (
      windowType !== undefined && headers[headerNames.emissions] === undefined && !registry.opensWindows(windowType)
    );
  }

  /** A signal may be here before the entry that says what its source is, or which types read it: then the registry is asked. */
  private async plansOf(sources: readonly SourceInputs[]): Promise<SourcePlan[]> {
    const { registry } = this.parts;
    const known = (): SourcePlan[] => sources.map(({ source }) => registry.planOf(registry.source(source)));
    const plans = known();
    const unknown: string[] = [];
    sources.forEach(({ source, signalNames }, i) => {
      const isUnknown = registry.selects && !registry.isDeclared(source);
      for (const name of signalNames)
        if (isUnknown || plans[i]!.readersOf(name).length === 0) unknown.push(`${source} ${name}`);
    });
    if (unknown.length === 0) return plans;
    await this.unknown.confirm(unknown, registry);
    return known();
  }

  private async load(
    partition: number,
    sources: readonly SourceInputs[],
    { plans, tx }: { readonly plans: readonly SourcePlan[]; readonly tx: StageTransaction },
  ): Promise<Work[]> {
    const { registry, store, cache } = this.parts;
    const cached = cache.get(
      partition,
      sources.map(({ source }) => source),
    );
    const missing = sources.filter((_, i) => !cached[i]);
    const loaded = missing.length > 0 ? await store.load(tx, missing) : new Map<string, Buffer>();
    return sources.map((inputs, i) => {
      return {
        ...inputs,
        plan: plans[i]!,
        life: lifeOf(registry.source(inputs.source)),
        packed: cached[i]?.packed ?? loaded.get(inputs.source),
        state: cached[i]?.state ?? null,
        pastChildren: new Map(),
        sealedIds: new Map(),
      };
    });
  }

  /**
   * Takes each source's step, one after the other, so that what most of them need is forgotten at once.
   * @returns the sources whose step needs something from the store: it is read, in bulk, and the step is taken again.
   */
  private async step(
    works: readonly Work[],
    { batch, tx, effects }: { readonly batch: StageBatch; readonly tx: StageTransaction; readonly effects: Effects },
  ): Promise<Work[]> {
    const { registry, store, listening, overflow, keptRetentionUs, journaling } = this.parts;
    const silenceFromUs = listening.silenceFrom(batch.partition, batch.nowUs);
    const needs: { work: Work; state: SourceState; needs: Needs }[] = [];
    for (const work of works) {
      // Not kept in `work`: of the many sources of a batch, each is to be forgotten before the next.
      const state = work.state ?? (work.packed ? unpackState(work.packed) : emptySource);
      const taken = takeStep({
        key: work.source,
        plan: work.plan,
        nowUs: batch.nowUs,
        // What is parked of a source waits, too: it is not silent.
        backlog: batch.backlogRecords > 0 || overflow.isParked(batch.partition, work.source),
        silenceFromUs,
        life: work.life,
        sourceAt: registry.describerOf(work.source),
        keptRetentionUs,
        journaling,
        state,
        pastChildren: work.pastChildren,
        sealedIds: work.sealedIds,
        inputs: work.inputs.map(({ input }) => input),
      });
      if ('step' in taken) this.collect(work, { step: taken.step, before: state, batch, effects });
      else needs.push({ work, state, needs: taken.needs });
    }
    if (needs.length === 0) return [];
    const wantKept = needs.flatMap(({ work: { slot, source }, needs: { keptFromUs: fromUs } }) =>
      fromUs === null ? [] : { slot, source, fromUs },
    );
    const wantPast = needs.flatMap(({ work, needs: { pastChildrenOf } }) =>
      pastChildrenOf.map((parentId) => ({ slot: work.slot, source: work.source, parentId })),
    );
    const wantBlocks = needs.flatMap(({ work: { slot, source }, needs: { sealed } }) =>
      sealed.map((number) => ({ slot, source, number })),
    );
    const [kept, past, blocks] = await Promise.all([
      wantKept.length > 0 ? store.loadKept(tx, wantKept) : new Map<string, never>(),
      wantPast.length > 0 ? store.loadPast(tx, wantPast) : new Map<string, never>(),
      wantBlocks.length > 0 ? store.loadBlocks(tx, wantBlocks) : new Map<string, never>(),
    ]);
    for (const { work, state, needs: need } of needs) {
      work.state =
        need.keptFromUs === null
          ? state
          : withKept(state, { fromUs: need.keptFromUs, stored: kept.get(work.source) ?? [] });
      if (need.pastChildrenOf.length > 0)
        work.pastChildren = new Map([
          ...work.pastChildren,
          ...need.pastChildrenOf.map((id) => [id, past.get(id) ?? []] as const),
        ]);
      if (need.sealed.length > 0)
        work.sealedIds = new Map([
          ...work.sealedIds,
          ...need.sealed.map((number) => [number, blocks.get(work.source)?.get(number) ?? NO_IDS] as const),
        ]);
    }
    return needs.map(({ work }) => work);
  }

  /** One line for each window type, however many sources a batch has. */
  private tellSkipped(skipped: readonly SkippedWindows[]): void {
    const told = new Map<string, SkippedWindows & { readonly sources: number }>();
    for (const one of skipped) {
      const key = `${one.windowType} ${one.reason}`;
      const { windows, isAll, fromUs, toUs, sources } = told.get(key) ?? { ...one, windows: 0, sources: 0 };
      told.set(key, {
        ...one,
        windows: windows + one.windows,
        isAll: isAll && one.isAll,
        fromUs: Math.min(fromUs, one.fromUs),
        toUs: Math.max(toUs, one.toUs),
        sources: sources + 1,
      });
    }
    for (const one of told.values())
      this.parts.log.warn({ ...one }, 'windows of a schedule were missed, and are not caught up on');
  }

  private collect(
    { slot, source, inputs, packed: stored }: Work,
    {
      step,
      before,
      batch: { partition, nowUs },
      effects,
    }: { readonly step: Step; readonly before: SourceState; readonly batch: StageBatch; readonly effects: Effects },
  ): void {
    const { topics, cache, measures, dial, openWindows } = this.parts;
    const { state, kept, pastChildren, sealed, timerUs } = step;
    const causedBy = inputs.findLast(({ record }) => record !== null)?.record ?? undefined;
    effects.messages.push(...messagesOf(topics, step, { source, nowUs, causedBy }));
    const first = before.lastSeenUs === emptySource.lastSeenUs ? signalFromOutside(inputs) : undefined;
    if (first) effects.messages.push(firstSeen(topics, { source, signal: first, nowUs }));
    effects.rejected.push(...rejectedOf(step, inputs));
    if (timerUs !== undefined) effects.timers.push({ slot, key: source, dueUs: timerUs });
    measures.step({ before, step, nowUs });
    dial.add(step.sightings);
    effects.skipped.push(...step.skipped);
    if (openWindows.change(partition, before, state)) effects.countsWindows = true;
    const packed = packState(state);
    const isSame = packed.equals(stored ?? nothingKnown);
    cache.set(partition, source, { state, packed }, { usedUs: nowUs, usedBeforeUs: before.lastSeenUs });
    effects.changes.push({
      slot,
      source,
      packed: isSame ? null : packed,
      keptAdded: kept.added,
      keptDeletedBeforeUs: kept.deleteBeforeUs,
      pastAdded: pastChildren.added,
      pastReplaced: pastChildren.replaced,
      sealedAdded: sealed.added,
      sealedGone: sealed.gone,
      notices: step.notices,
      journal: step.journal,
      atUs: nowUs,
    });
  }
}

const signalFromOutside = (inputs: SourceInputs['inputs']): Signal | undefined =>
  inputs.flatMap(({ input }) => (input.kind === 'signal' && input.signal.cause === null ? [input.signal] : []))[0];

/** One rejection for each record, whatever number of window types refuses it. */
function rejectedOf(
  { rejections }: Step,
  inputs: readonly { readonly record: InboundRecord | null }[],
): RejectedRecord[] {
  const rejected: RejectedRecord[] = [];
  const seen = new Set<string>();
  for (const { input, to, code, message, late } of rejections) {
    const record = inputs[input]?.record;
    if (!record || seen.has(`${input} ${to} ${code}`)) continue;
    seen.add(`${input} ${to} ${code}`);
    rejected.push({ record, to, code, message, ...(late && { headers: lateHeadersOf(late) }) });
  }
  return rejected;
}
