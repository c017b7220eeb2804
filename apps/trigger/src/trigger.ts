import { headerNames, type TopicNames } from '@windlass/contracts';
import type {
  InboundRecord,
  OutboundMessage,
  RejectedRecord,
  StageBatch,
  StageEffects,
  StageTransaction,
  TimerChange,
} from '@windlass/messaging';
import {
  emptySource,
  takeStep,
  withKept,
  type Needs,
  type PastChild,
  type SourcePlan,
  type SourceState,
  type Step,
} from '@windlass/windowing';
import { ConfirmedUnknown } from './confirmed-unknown.ts';
import { groupInputs, type SourceInputs } from './group-inputs.ts';
import { messagesOf } from './kafka/messages.ts';
import type { Measures } from './measures.ts';
import { packState, unpackState } from './postgres/source-state.codec.ts';
import type { Registry, SourceChange, SourceStore } from './ports.ts';
import { RegistryBehindError } from './ports.ts';
import type { SourceCache } from './source-cache.ts';

export interface TriggerParts {
  readonly topics: TopicNames;
  readonly registry: Registry;
  readonly store: SourceStore;
  readonly cache: SourceCache;
  readonly measures: Measures;
}

const nothingKnown = packState(emptySource);

/** One source of a batch, on its way through the core. */
interface Work extends SourceInputs {
  readonly plan: SourcePlan;
  /** As it is stored; undefined: nothing is. */
  readonly packed: Buffer | undefined;
  /** Null: `packed` has not been unpacked yet. */
  state: SourceState | null;
  pastChildren: ReadonlyMap<string, readonly PastChild[]>;
}

/** What a batch has come to so far. */
interface Effects {
  readonly messages: OutboundMessage[];
  readonly timers: TimerChange[];
  readonly rejected: RejectedRecord[];
  readonly changes: SourceChange[];
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
    const { registry, cache, measures } = this.parts;
    if (!registry.isReady) throw new RegistryBehindError('the registry has not been read yet');
    const { sources, rejected } = groupInputs(batch.inputs);
    await this.knowRegistry(sources);
    const works = await this.load(batch.partition, sources, tx);
    const effects: Effects = { messages: [], timers: [], rejected: [...rejected], changes: [] };
    for (let open = works; open.length > 0;) open = await this.step(open, { batch, tx, effects });
    measures.batch({ rejected: effects.rejected, cacheBytes: cache.bytes });
    const { changes, ...told } = effects;
    return { ...told, write: (inTx) => this.parts.store.write(inTx, changes) };
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
  private async knowRegistry(sources: readonly SourceInputs[]): Promise<void> {
    const { registry } = this.parts;
    const unknown: string[] = [];
    for (const { source, signalNames } of sources) {
      const plan = registry.planOf(registry.source(source));
      const isUnknown = registry.selects && !registry.isDeclared(source);
      for (const name of signalNames)
        if (isUnknown || plan.readersOf(name).length === 0) unknown.push(`${source} ${name}`);
    }
    if (unknown.length > 0) await this.unknown.confirm(unknown, registry);
  }

  private async load(partition: number, sources: readonly SourceInputs[], tx: StageTransaction): Promise<Work[]> {
    const { registry, store, cache } = this.parts;
    const cached = sources.map(({ source }) => cache.get(partition, source));
    const missing = sources.filter((_, i) => !cached[i]);
    const loaded = missing.length > 0 ? await store.load(tx, missing) : new Map<string, Buffer>();
    return sources.map((inputs, i) => ({
      ...inputs,
      plan: registry.planOf(registry.source(inputs.source)),
      packed: cached[i]?.packed ?? loaded.get(inputs.source),
      state: cached[i]?.state ?? null,
      pastChildren: new Map(),
    }));
  }

  /**
   * Takes each source's step, one after the other, so that what most of them need is forgotten at once.
   * @returns the sources whose step needs something from the store: it is read, in bulk, and the step is taken again.
   */
  private async step(
    works: readonly Work[],
    { batch, tx, effects }: { readonly batch: StageBatch; readonly tx: StageTransaction; readonly effects: Effects },
  ): Promise<Work[]> {
    const { store } = this.parts;
    const needs: { work: Work; state: SourceState; needs: Needs }[] = [];
    for (const work of works) {
      const state = work.state ?? (work.packed ? unpackState(work.packed) : emptySource);
      const taken = takeStep({
        key: work.source,
        plan: work.plan,
        nowUs: batch.nowUs,
        backlog: batch.backlogRecords > 0,
        state,
        pastChildren: work.pastChildren,
        inputs: work.inputs.map(({ input }) => input),
      });
      if ('step' in taken) this.collect(work, { step: taken.step, before: state, batch, effects });
      else needs.push({ work, state, needs: taken.needs });
    }
    if (needs.length === 0) return [];
    const wantKept = needs.filter((need) => need.needs.kept).map(({ work }) => work);
    const wantPast = needs.flatMap(({ work, needs: { pastChildrenOf } }) =>
      pastChildrenOf.map((parentId) => ({ slot: work.slot, source: work.source, parentId })),
    );
    const [kept, past] = await Promise.all([
      wantKept.length > 0 ? store.loadKept(tx, wantKept) : new Map<string, never>(),
      wantPast.length > 0 ? store.loadPast(tx, wantPast) : new Map<string, never>(),
    ]);
    for (const { work, state, needs: need } of needs) {
      work.state = need.kept ? withKept(state, kept.get(work.source) ?? []) : state;
      if (need.pastChildrenOf.length > 0)
        work.pastChildren = new Map([
          ...work.pastChildren,
          ...need.pastChildrenOf.map((id) => [id, past.get(id) ?? []] as const),
        ]);
    }
    return needs.map(({ work }) => work);
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
    const { topics, cache, measures } = this.parts;
    const { state, kept, pastChildren, timerUs } = step;
    const causedBy = inputs.findLast(({ record }) => record !== null)?.record ?? undefined;
    effects.messages.push(...messagesOf(topics, step, { source, nowUs, causedBy }));
    effects.rejected.push(...rejectedOf(step, inputs));
    if (timerUs !== undefined) effects.timers.push({ slot, key: source, dueUs: timerUs });
    measures.step(step);
    const packed = packState(state);
    cache.set(partition, source, { state, packed }, { usedUs: nowUs, usedBeforeUs: before.lastSeenUs });
    effects.changes.push({
      slot,
      source,
      packed: packed.equals(stored ?? nothingKnown) ? null : packed,
      keptAdded: kept.added,
      keptDeletedBeforeUs: kept.deleteBeforeUs,
      pastAdded: pastChildren.added,
      pastReplaced: pastChildren.replaced,
    });
  }
}

/** One rejection for each record, whatever number of window types refuses it. */
function rejectedOf(
  { rejections }: Step,
  inputs: readonly { readonly record: InboundRecord | null }[],
): RejectedRecord[] {
  const rejected: RejectedRecord[] = [];
  const seen = new Set<string>();
  for (const { input, to, code, message } of rejections) {
    const record = inputs[input]?.record;
    if (!record || seen.has(`${input} ${to} ${code}`)) continue;
    seen.add(`${input} ${to} ${code}`);
    rejected.push({ record, to, code, message });
  }
  return rejected;
}
