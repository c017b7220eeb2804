import type { AvailabilityPolicy, Ref } from '@windlass/dag';
import type { StageTransaction } from '@windlass/messaging';
import type { PolicyNumbers, Registry, SourceKey, ToldPolicyStore } from './ports.ts';
import { unpackState } from './postgres/source-state.codec.ts';

/** Sources that one batch takes on beside what has come. */
export const ROUND_SOURCES = 500;

/** What a batch has to do for a round. */
export interface RoundPage {
  readonly sources: readonly SourceKey[];
  /** Part of the batch's transaction; undefined: nothing is to be written. */
  readonly write: ((tx: StageTransaction) => Promise<void>) | undefined;
}

interface Round {
  told: PolicyNumbers;
  /** What `told` was last compared with, and is the same as. */
  same: ReadonlyMap<Ref, AvailabilityPolicy> | null;
  /** What is being told; null: no round is under way. */
  telling: ReadonlyMap<Ref, AvailabilityPolicy> | null;
  after: SourceKey;
}

const START: SourceKey = { slot: -1, source: '' };
const NOTHING: RoundPage = { sources: [], write: undefined };

/**
 * When policies have changed, all sources of a partition that have those window types are told, also the silent ones: nothing else would
 * wake them. A page with each batch, from the first to the last; which policies all have been told of is stored with the last page, so a
 * round that was cut short begins again, which changes nothing for those that know.
 */
export class PolicyRounds {
  private readonly registry: Pick<Registry, 'policies' | 'isReady'>;
  private readonly store: ToldPolicyStore;
  private readonly partitions = new Map<number, Round>();
  private prompt: () => void = () => undefined;

  constructor({
    registry,
    store,
  }: {
    readonly registry: Pick<Registry, 'policies' | 'isReady'>;
    readonly store: ToldPolicyStore;
  }) {
    this.registry = registry;
    this.store = store;
  }

  /** How to have the next batch soon although nothing has come. */
  promptedBy(prompt: () => void): void {
    this.prompt = prompt;
  }

  async acquire(partition: number): Promise<void> {
    const told = await this.store.told(partition);
    this.partitions.set(partition, { told, same: null, telling: null, after: START });
    // Whoever prompts when the registry has been read would be answered then.
    if (this.registry.isReady) this.prompt();
  }

  release(partition: number): void {
    this.partitions.delete(partition);
  }

  /** The next page of the round, if one is under way or has to begin. */
  async next(partition: number, tx: StageTransaction): Promise<RoundPage> {
    const round = this.partitions.get(partition);
    const { policies } = this.registry;
    if (!round || round.same === policies) return NOTHING;
    const changed = changedBetween(round.told, policies);
    if (changed.size === 0) {
      round.same = policies;
      return NOTHING;
    }
    if (round.telling !== policies) Object.assign(round, { telling: policies, after: START });
    const page = await this.store.sources(tx, { partition, after: round.after, limit: ROUND_SOURCES });
    const sources = page
      .filter(({ packed }) => knowsAny(packed, changed))
      .map(({ slot, source }) => ({ slot, source }));
    if (page.length === ROUND_SOURCES) {
      round.after = page.at(-1)!;
      this.prompt();
      return { sources, write: undefined };
    }
    const told = numbersOf(policies);
    Object.assign(round, { told, same: policies, telling: null, after: START });
    return { sources, write: (inTx) => this.store.write(inTx, partition, told) };
  }
}

const numbersOf = (policies: ReadonlyMap<Ref, AvailabilityPolicy>): PolicyNumbers =>
  new Map([...policies].map(([ref, { number }]) => [ref, number]));

function changedBetween(told: PolicyNumbers, policies: ReadonlyMap<Ref, AvailabilityPolicy>): ReadonlySet<Ref> {
  const changed = new Set<Ref>();
  for (const [ref, { number }] of policies) if (told.get(ref) !== number) changed.add(ref);
  for (const ref of told.keys()) if (!policies.has(ref)) changed.add(ref);
  return changed;
}

function knowsAny(packed: Buffer, refs: ReadonlySet<Ref>): boolean {
  for (const ref of unpackState(packed).types.keys()) if (refs.has(ref)) return true;
  return false;
}
