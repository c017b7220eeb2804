import { describe, expect, it } from '@jest/globals';
import { defaultPolicy, type AvailabilityPolicy, type Ref } from '@windlass/dag';
import type { StageTransaction } from '@windlass/messaging';
import { emptySource, emptyType, type SourceState } from '@windlass/windowing';
import { PolicyRounds, ROUND_SOURCES } from './policy-rounds.ts';
import type { PackedSource, PolicyNumbers, SourcePage, ToldPolicyStore } from './ports.ts';
import { packState } from './postgres/source-state.codec.ts';

const withTypes = (...refs: readonly Ref[]): SourceState => ({
  ...emptySource,
  types: new Map(refs.map((ref) => [ref, emptyType])),
});
const named = (i: number) => `pump-${String(i).padStart(5, '0')}`;
const sourcesOf = (count: number, ...refs: readonly Ref[]): PackedSource[] =>
  Array.from({ length: count }, (_, i) => ({ slot: 0, source: named(i), packed: packState(withTypes(...refs)) }));

/** The tables of one partition. */
class Memory implements ToldPolicyStore {
  numbers: PolicyNumbers = new Map();
  readonly stored: readonly PackedSource[];

  constructor(stored: readonly PackedSource[]) {
    this.stored = stored;
  }

  told(): Promise<PolicyNumbers> {
    return Promise.resolve(this.numbers);
  }

  write(_tx: StageTransaction, _partition: number, numbers: PolicyNumbers): Promise<void> {
    this.numbers = numbers;
    return Promise.resolve();
  }

  sources(_tx: StageTransaction, { after, limit }: SourcePage): Promise<readonly PackedSource[]> {
    return Promise.resolve(this.stored.filter(({ source }) => source > after.source).slice(0, limit));
  }
}

const tx = {} as StageTransaction;
const set = (numbers: Readonly<Record<Ref, number>>): ReadonlyMap<Ref, AvailabilityPolicy> =>
  new Map(Object.entries(numbers).map(([ref, number]) => [ref as Ref, { ...defaultPolicy(ref as Ref), number }]));

async function groundOf(store: Memory, numbers: Readonly<Record<Ref, number>>) {
  const registry = { isReady: true, policies: set(numbers) };
  const rounds = new PolicyRounds({ registry, store });
  let prompts = 0;
  rounds.promptedBy(() => prompts++);
  await rounds.acquire(0);
  /** As the stage does: batches for as long as one is prompted for; `cut`: the next owner takes over after so many. */
  const run = async (cut = Infinity): Promise<string[]> => {
    const told: string[] = [];
    for (let batches = 0; prompts > 0 && batches < cut; batches++) {
      prompts = 0;
      const { sources, write } = await rounds.next(0, tx);
      expect(sources.length).toBeLessThanOrEqual(ROUND_SOURCES);
      told.push(...sources.map(({ source }) => source));
      await write?.(tx);
    }
    return told;
  };
  const turn = (to: Readonly<Record<Ref, number>>): void => {
    registry.policies = set(to);
    prompts++;
  };
  return { rounds, run, turn };
}

describe('a round of what policies are now', () => {
  it('comes to every source that has the window type, once, in pages', async () => {
    const store = new Memory([
      ...sourcesOf(2 * ROUND_SOURCES + 10, 'a@1'),
      { slot: 1, source: 'valve', packed: packState(withTypes('b@1')) },
    ]);
    const { run, turn } = await groundOf(store, { 'a@1': 1, 'b@1': 1 });
    const everyone = store.stored.map(({ source }) => source);
    expect(await run()).toEqual(everyone);
    expect(await run()).toEqual([]);
    turn({ 'a@1': 1, 'b@1': 2 });
    expect(await run()).toEqual(['valve']);
    turn({ 'a@1': 1 });
    expect(await run()).toEqual(['valve']);
    turn({ 'a@1': 1 });
    expect(await run()).toEqual([]);
  });

  it('begins again when it was cut short, or a policy changes meanwhile; nobody is left out', async () => {
    const store = new Memory(sourcesOf(2 * ROUND_SOURCES, 'a@1'));
    const { rounds, run, turn } = await groundOf(store, { 'a@1': 1 });
    expect(await run(1)).toHaveLength(ROUND_SOURCES);
    rounds.release(0);
    await rounds.acquire(0);
    expect(await run(1)).toHaveLength(ROUND_SOURCES);
    turn({ 'a@1': 2 });
    expect(await run()).toEqual(store.stored.map(({ source }) => source));
    const next = await groundOf(store, { 'a@1': 2 });
    expect(await next.run()).toEqual([]);
  });
});
