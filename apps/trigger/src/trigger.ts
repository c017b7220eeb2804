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
  takeStep,
  withKept,
  type Needs,
  type PastChild,
  type SkippedWindows,
  type Step,
} from '@windlass/windowing';
import { ConfirmedUnknown } from './confirmed-unknown.ts';
import { groupInputs, type SourceInputs } from './group-inputs.ts';
import { messagesOf } from './kafka/messages.ts';
import type { Listening } from './listening.ts';
import type { Measures } from './measures.ts';
import { packState } from './postgres/source-state.codec.ts';
import type { OpenWindows } from './open-windows.ts';
import type {
  DialRecord,
  LoadedSource,
  OpenWindowStore,
  Registry,
  SourceChange,
  SourceKey,
  SourceStore,
} from './ports.ts';
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
  readonly log: Log;
  /** See `DraftParts`. */
  readonly keptRetentionUs: number;
  readonly journaling: boolean;
}

const nothingKnown = packState(emptySource);

/** One source of a batch, on its way through the core. */
interface Work extends SourceInputs {
  /** As it is stored; undefined: nothing is. */
  readonly packed: Buffer | undefined;
  state: typeof emptySource;
  pastChildren: ReadonlyMap<string, readonly PastChild[]>;
  step: Step | null;
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
    const { registry, store, cache, measures, dial, openWindows, openWindowStore } = this.parts;
    const { partition, nowUs } = batch;
    if (!registry.isReady) throw new RegistryBehindError('the registry has not been read yet');
    const { sources, rejected } = groupInputs(batch.inputs);
    await this.knowRegistry(sources);
    const works = await this.load(partition, sources, tx);
    for (let open = works; open.length > 0;) open = await this.step(open, batch, tx);

    const effects = { messages: [] as OutboundMessage[], timers: [] as TimerChange[], rejected: [...rejected] };
    const changes = works.map((work) => this.collect(work, batch, effects));
    for (const { step } of works) dial.add(step!.sightings);
    const isOther = works.filter(({ state, step }) => openWindows.change(partition, state, step!.state)).length > 0;
    this.tellSkipped(works);
    cache.trim(partition);
    measures.batch({
      nowUs,
      works: works.map(({ state, step }) => ({ before: state, step: step! })),
      rejected: effects.rejected,
      cacheBytes: cache.bytes,
    });
    return {
      ...effects,
      write: async (inTx) => {
        const counting = isOther && openWindowStore.write(inTx, partition, openWindows.of(partition));
        await Promise.all([store.write(inTx, changes), counting]);
      },
    };
  }

  async acquire(partition: number): Promise<void> {
    const { cache, openWindows, openWindowStore } = this.parts;
    cache.acquire(partition);
    openWindows.acquire(partition, await openWindowStore.load(partition));
  }

  release(partition: number): void {
    this.parts.cache.release(partition);
    this.parts.openWindows.release(partition);
  }

  /** An outcome is of use only where results may open windows: of most window types they may not. */
  passesOver({ family, headers }: InboundRecord): boolean {
    const { registry } = this.parts;
    if (family !== 'outcomes' || !registry.isReady) return false;
    const windowType = headers[headerNames.windowType];
    return (
      windowType !== undefined && headers[headerNames.emissions] === undefined && !registry.opensWindows(windowType)
    );
  }

  /** A signal may be here before the entry that says what its source is, or which types read it: then the registry is asked. */
  private async knowRegistry(sources: readonly SourceInputs[]): Promise<void> {
    const { registry } = this.parts;
    const unknown = sources.flatMap(({ source, signalNames }) => {
      const plan = registry.planOf(registry.source(source));
      const isUnknown = registry.selects && !registry.isDeclared(source);
      return signalNames
        .filter((name) => isUnknown || plan.readersOf(name).length === 0)
        .map((name) => `${source} ${name}`);
    });
    if (unknown.length > 0) await this.unknown.confirm(unknown, registry);
  }

  private async load(partition: number, sources: readonly SourceInputs[], tx: StageTransaction): Promise<Work[]> {
    const cached = sources.map(({ source }) => this.parts.cache.get(partition, source));
    const missing = sources.filter((_, i) => !cached[i]);
    const loaded = missing.length > 0 ? await this.parts.store.load(tx, missing) : new Map<string, LoadedSource>();
    return sources.map((inputs, i) => {
      const { state = emptySource, packed } = cached[i] ?? loaded.get(inputs.source) ?? {};
      return { ...inputs, packed, state, pastChildren: new Map(), step: null };
    });
  }

  /** @returns the sources whose step needs something from the store: it is read, in bulk, and the step is taken again. */
  private async step(works: readonly Work[], batch: StageBatch, tx: StageTransaction): Promise<Work[]> {
    const { registry, store, listening, keptRetentionUs, journaling } = this.parts;
    const silenceFromUs = listening.silenceFrom(batch.partition, batch.nowUs);
    const needs: { work: Work; needs: Needs }[] = [];
    for (const work of works) {
      const source = registry.source(work.source);
      const taken = takeStep({
        key: work.source,
        plan: registry.planOf(source),
        nowUs: batch.nowUs,
        backlog: batch.backlogRecords > 0,
        silenceFromUs,
        retiredFromUs: source.validToUs,
        keptRetentionUs,
        journaling,
        state: work.state,
        pastChildren: work.pastChildren,
        inputs: work.inputs.map(({ input }) => input),
      });
      if ('step' in taken) work.step = taken.step;
      else needs.push({ work, needs: taken.needs });
    }
    const wantKept = needs.flatMap(({ work: { slot, source }, needs: { keptFromUs: fromUs } }) =>
      fromUs === null ? [] : { slot, source, fromUs },
    );
    const wantPast = needs.flatMap(({ work, needs: { pastChildrenOf } }) =>
      pastChildrenOf.map((parentId) => ({ slot: work.slot, source: work.source, parentId })),
    );
    const [kept, past] = await Promise.all([
      wantKept.length > 0 ? store.loadKept(tx, wantKept) : new Map<string, never>(),
      wantPast.length > 0 ? store.loadPast(tx, wantPast) : new Map<string, never>(),
    ]);
    for (const { work, needs: need } of needs) {
      if (need.keptFromUs !== null)
        work.state = withKept(work.state, { fromUs: need.keptFromUs, stored: kept.get(work.source) ?? [] });
      if (need.pastChildrenOf.length > 0)
        work.pastChildren = new Map([
          ...work.pastChildren,
          ...need.pastChildrenOf.map((id) => [id, past.get(id) ?? []] as const),
        ]);
    }
    return needs.map(({ work }) => work);
  }

  /** One line for each window type, however many sources a batch has. */
  private tellSkipped(works: readonly Work[]): void {
    const told = new Map<string, SkippedWindows & { readonly sources: number }>();
    for (const one of works.flatMap(({ step }) => step!.skipped)) {
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
    work: Work,
    { partition, nowUs }: StageBatch,
    effects: { messages: OutboundMessage[]; timers: TimerChange[]; rejected: RejectedRecord[] },
  ): SourceChange {
    const { slot, source, inputs } = work;
    const step = work.step!;
    const causedBy = inputs.findLast(({ record }) => record !== null)?.record ?? undefined;
    effects.messages.push(...messagesOf(this.parts.topics, step, { source, nowUs, causedBy }));
    effects.rejected.push(...rejectedOf(step, inputs));
    if (step.timerUs !== undefined) effects.timers.push({ slot, key: source, dueUs: step.timerUs });
    const packed = packState(step.state);
    this.parts.cache.set(partition, source, { state: step.state, packed });
    const key: SourceKey = { slot, source };
    return {
      ...key,
      packed: packed.equals(work.packed ?? nothingKnown) ? null : packed,
      keptAdded: step.kept.added,
      keptDeletedBeforeUs: step.kept.deleteBeforeUs,
      pastAdded: step.pastChildren.added,
      pastReplaced: step.pastChildren.replaced,
      notices: step.notices,
      journal: step.journal,
      atUs: nowUs,
    };
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
