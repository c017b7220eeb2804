import type { StageClock } from '@windlass/messaging/stage-parts';
import type { Random } from './random.ts';

/** Whose steps these are. What is dead does nothing any more; what is suspended does it later. */
export interface Owner {
  state: 'alive' | 'suspended' | 'dead';
}

/** What a step does: to the world outside its process, such as a commit, a send, a read. */
export type StepKind = 'take' | 'read' | 'commit' | 'send';

/** What goes wrong with one step; `crash…`: its process is gone before the step's effect, or after it. */
export type Mishap = 'crash before' | 'crash after' | 'fails' | 'done and fails';

/** Decides, of each step that is about to happen, what goes wrong with it; `wait`: it happens later, when its owner goes on. */
export type Mishaps = (kind: StepKind, owner: Owner) => Mishap | 'wait' | null;

export interface Failing<T> {
  readonly kind: StepKind;
  readonly effect: () => T;
  /** What the caller is told when nothing was done, and when nobody knows. */
  readonly failure: (isDone: boolean) => Error;
}

interface Step {
  readonly owner: Owner;
  readonly kind: StepKind | 'timer';
  readonly run: () => void;
}

interface Timer extends Step {
  readonly dueUs: number;
  readonly order: number;
}

/** A thing that may happen now, whoever waits for it. */
export type Chance = () => void;

/** Undefined: nothing is slower than anything else. */
const SLOW: readonly (StepKind | undefined)[] = [undefined, 'read', 'commit', 'send', 'send'];
const PATIENCE = 0.9;

const MAX_STEPS = 200_000;

/**
 * Time that passes only when nothing is left to do, and steps that happen one at a time, in an order that the seed chooses. Whatever a
 * process asks of the world outside is such a step, so that a crash between any two of them is one of the things that may happen.
 */
export class VirtualTime {
  nowUs: number;
  steps = 0;
  private readonly random: Random;
  /** Steps of this kind are chosen rarely while others wait: what is slow differs from seed to seed. */
  private readonly slow: StepKind | undefined;
  private readonly ready: Step[] = [];
  private timers: Timer[] = [];
  private order = 0;
  /** What may happen beside the steps: records that a fetch brings, entries of the registry. */
  readonly chances: (() => readonly Chance[])[] = [];
  mishaps: Mishaps = () => null;
  onCrash: (owner: Owner) => void = () => undefined;

  constructor(nowUs: number, random: Random) {
    this.nowUs = nowUs;
    this.random = random;
    this.slow = SLOW[random.below(SLOW.length)];
  }

  clockOf(owner: Owner): StageClock {
    return {
      nowUs: () => this.nowUs,
      after: (ms, then) => this.after(owner, ms * 1000, then),
      random: () => this.random.next(),
    };
  }

  /** Calls `run` when so much time has passed. @returns how to have it not called. */
  after(owner: Owner, delayUs: number, run: () => void): () => void {
    const timer: Timer = { owner, run, kind: 'timer', dueUs: this.nowUs + Math.max(0, delayUs), order: this.order++ };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  }

  /** Does `effect` at a moment that the seed chooses; its caller goes on then. Of a process that has died, it never does. */
  step<T>(owner: Owner, { kind, effect, failure }: Failing<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        const mishap = this.mishaps(kind, owner);
        if (mishap === 'wait') return void this.ready.push({ owner, kind, run });
        if (mishap === 'crash before') return this.crash(owner);
        if (mishap === 'fails') return reject(failure(false));
        try {
          const done = effect();
          if (mishap === 'crash after') this.crash(owner);
          else if (mishap === 'done and fails') reject(failure(true));
          else resolve(done);
        } catch (error) {
          reject(error as Error);
        }
      };
      this.ready.push({ owner, kind, run });
    });
  }

  /** Until this time, or until nothing happens any more before it. */
  async runUntil(untilUs: number): Promise<void> {
    for (;;) {
      await settled();
      if (++this.steps > MAX_STEPS) throw new Error(`the world is busy after ${MAX_STEPS} steps`);
      if (this.fireDue() || this.takeStep()) continue;
      const next = this.nextTimer();
      if (next === undefined || next.dueUs > untilUs) break;
      this.nowUs = Math.max(this.nowUs, next.dueUs);
    }
    this.nowUs = untilUs;
  }

  private crash(owner: Owner): void {
    owner.state = 'dead';
    this.onCrash(owner);
  }

  private nextTimer(): Timer | undefined {
    this.timers = this.timers.filter(({ owner }) => owner.state !== 'dead');
    let next: Timer | undefined;
    for (const timer of this.timers)
      if (
        timer.owner.state === 'alive' &&
        (!next || timer.dueUs < next.dueUs || (timer.dueUs === next.dueUs && timer.order < next.order))
      )
        next = timer;
    return next;
  }

  private fireDue(): boolean {
    const timer = this.nextTimer();
    if (!timer || timer.dueUs > this.nowUs) return false;
    this.timers = this.timers.filter((one) => one !== timer);
    timer.run();
    return true;
  }

  private takeStep(): boolean {
    for (let i = this.ready.length - 1; i >= 0; i--) if (this.ready[i]!.owner.state === 'dead') this.ready.splice(i, 1);
    const alive = this.ready.filter(({ owner }) => owner.state === 'alive');
    const quick = this.random.isBelow(PATIENCE) ? alive.filter(({ kind }) => kind !== this.slow) : alive;
    const steps = quick.length > 0 ? quick : alive;
    const chances = this.chances.flatMap((some) => some());
    if (steps.length + chances.length === 0) return false;
    const chosen = this.random.below(steps.length + chances.length);
    if (chosen >= steps.length) chances[chosen - steps.length]!();
    else {
      const [step] = this.ready.splice(this.ready.indexOf(steps[chosen]!), 1);
      step!.run();
    }
    return true;
  }
}

/** All that follows from what has happened, without anything else happening. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
