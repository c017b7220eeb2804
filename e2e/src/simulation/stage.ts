import type { SimulatedMessage, SimulatedRecord, SimulatedTopics } from './topics.ts';

/** One record, or the timer of a key. */
export type StageInput =
  { readonly topic: string; readonly record: SimulatedRecord } | { readonly topic: null; readonly key: string };

/** A service's core as a stage runs it: all that a batch does, with nothing done yet. */
export interface StageCore<State> {
  readonly topics: readonly string[];
  readonly nothing: State;
  /** Inputs are of one key, in order. */
  step(parts: {
    readonly key: string;
    readonly state: State;
    readonly nowUs: number;
    readonly backlog: boolean;
    readonly inputs: readonly StageInput[];
  }): { readonly state: State; readonly messages: readonly SimulatedMessage[] };
  /** Processing time at which the key must be looked at again; null: never. */
  dueUs(state: State): number | null;
  /** What is committed of it; absent: all of it. */
  stored?(state: State): State;
}

/** Where a stage is cut off. What it had committed stays. */
export type CrashPoint = 'before the commit' | 'after the commit' | 'while publishing';

class Crash extends Error {}

/** What one transaction commits, all of it or nothing. */
interface Committed<State> {
  readonly states: ReadonlyMap<string, State>;
  readonly positions: Readonly<Record<string, number>>;
  /** Messages still to publish. */
  readonly pending: readonly SimulatedMessage[];
}

/**
 * One partition of a stage by the rules of the real one: a batch is computed from committed state, committed in one piece with its
 * positions and its messages, and published after that; whoever takes over publishes first what was left.
 */
export class SimulatedStage<State> {
  private readonly core: StageCore<State>;
  private readonly topics: SimulatedTopics;
  private readonly partition: number;
  private committed: Committed<State> = { states: new Map(), positions: {}, pending: [] };
  crashes = 0;
  /** A timer that is due again at the instant at which it has fired waits for the next: by key that instant. */
  private readonly firedUs = new Map<string, number>();

  constructor(core: StageCore<State>, topics: SimulatedTopics, partition: number) {
    this.core = core;
    this.topics = topics;
    this.partition = partition;
  }

  get states(): ReadonlyMap<string, State> {
    return this.committed.states;
  }

  /** Takes up to `limit` records and the timers that are due. @returns false when there was nothing to do. */
  run({ nowUs, limit, crash }: { nowUs: number; limit: number; crash: CrashPoint | null }): boolean {
    try {
      if (this.committed.pending.length > 0) this.publish(null);
      const { inputs, positions, backlog } = this.batch(nowUs, limit);
      if (inputs.size === 0) return false;
      const states = new Map(this.committed.states);
      const pending: SimulatedMessage[] = [];
      for (const [key, ofKey] of inputs) {
        const state = states.get(key) ?? this.core.nothing;
        const taken = this.core.step({ key, state, nowUs, backlog, inputs: ofKey });
        states.set(key, this.core.stored?.(taken.state) ?? taken.state);
        pending.push(...taken.messages);
      }
      if (crash === 'before the commit') throw new Crash();
      this.committed = { states, positions, pending };
      for (const [key, ofKey] of inputs) if (ofKey.some(({ topic }) => topic === null)) this.firedUs.set(key, nowUs);
      if (crash === 'after the commit') throw new Crash();
      this.publish(crash);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashes += 1;
    }
    return true;
  }

  /** The next record of each topic in turn, so that none starves. */
  private batch(nowUs: number, limit: number) {
    const inputs = new Map<string, StageInput[]>();
    const positions = { ...this.committed.positions };
    const add = (key: string, input: StageInput): void => {
      const ofKey = inputs.get(key);
      if (ofKey) ofKey.push(input);
      else inputs.set(key, [input]);
    };
    const next = (topic: string): SimulatedRecord | undefined =>
      this.topics.of(topic, this.partition)[positions[topic] ?? 0];
    for (let taken = 0, progress = true; progress && taken < limit;) {
      progress = false;
      for (const topic of this.core.topics) {
        const record = next(topic);
        if (!record || taken === limit) continue;
        positions[topic] = (positions[topic] ?? 0) + 1;
        add(record.key, { topic, record });
        progress = true;
        taken += 1;
      }
    }
    for (const [key, state] of this.committed.states)
      if ((this.core.dueUs(state) ?? Infinity) <= nowUs && this.firedUs.get(key) !== nowUs)
        add(key, { topic: null, key });
    return { inputs, positions, backlog: this.core.topics.some((topic) => next(topic) !== undefined) };
  }

  private publish(crash: CrashPoint | null): void {
    const { pending } = this.committed;
    const until = crash === 'while publishing' ? Math.ceil(pending.length / 2) : pending.length;
    for (const message of pending.slice(0, until)) this.topics.append(message);
    if (crash === 'while publishing') throw new Crash();
    this.committed = { ...this.committed, pending: [] };
  }
}
