import {
  MessagingError,
  type StageCommit,
  type StageLease,
  type StageStore,
  type StageTransaction,
  type StageUnitOfWork,
  type StoredTimer,
} from '@windlass/messaging';
import type { Owner, StepKind, VirtualTime } from './virtual-time.ts';

/** What one service has committed, in its schema of Postgres. */
export class SimulatedDatabase<State> {
  /** Of each key. */
  readonly states = new Map<string, State>();
  readonly fences = new Map<number, { epoch: bigint; commitNo: bigint; pending: Buffer | null }>();
  readonly positions = new Map<string, bigint>();
  readonly timers = new Map<string, StoredTimer>();
  fenced = 0;
  parked = 0;
}

/** What a handler reads and writes in its batch's transaction. */
export class SimulatedTransaction<State> implements StageTransaction {
  readonly written = new Map<string, State>();
  private readonly database: SimulatedDatabase<State>;

  constructor(database: SimulatedDatabase<State>) {
    this.database = database;
  }

  query(): Promise<never> {
    return Promise.reject(new Error('the simulated store knows no SQL'));
  }

  read(key: string): State | undefined {
    return this.database.states.get(key);
  }

  write(key: string, state: State): void {
    this.written.set(key, state);
  }
}

const unavailable = (): Error => new MessagingError('STORE_UNAVAILABLE', 'the database is away', { retryable: true });
const unknown = (): Error => new MessagingError('OUTCOME_UNKNOWN', 'the connection broke after COMMIT was sent');

/** The store of one process: the rules of `PostgresStageStore`, in memory, where each call is a step that may fail. */
export class SimulatedStore<State> implements StageStore {
  private readonly time: VirtualTime;
  private readonly owner: Owner;
  private readonly database: SimulatedDatabase<State>;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly owner: Owner;
    readonly database: SimulatedDatabase<State>;
  }) {
    this.time = parts.time;
    this.owner = parts.owner;
    this.database = parts.database;
  }

  take({ stage, partition }: { readonly stage: string; readonly partition: number }) {
    return this.step('take', () => {
      const { epoch = 0n, commitNo = 0n, pending = null } = this.database.fences.get(partition) ?? {};
      this.database.fences.set(partition, { epoch: epoch + 1n, commitNo, pending });
      const positions = [...this.database.positions].flatMap(([place, nextOffset]) => {
        const [topic, of] = place.split('/') as [string, string];
        return Number(of) === partition ? [{ topic, nextOffset }] : [];
      });
      return { lease: { stage, partition, epoch: epoch + 1n, commitNo }, pending, positions };
    });
  }

  begin(): Promise<StageUnitOfWork> {
    return this.step('read', () => new SimulatedUnitOfWork(this.database, (effect) => this.commitStep(effect)));
  }

  clearPending(lease: StageLease): Promise<void> {
    return this.step('read', () => {
      const fence = this.database.fences.get(lease.partition)!;
      if (isHeld(fence, lease)) fence.pending = null;
    });
  }

  park(_lease: StageLease, messages: readonly unknown[]): Promise<void> {
    return this.step('read', () => void (this.database.parked += messages.length));
  }

  timers({ slots, untilUs, limit }: Parameters<StageStore['timers']>[0]): Promise<StoredTimer[]> {
    return this.step('read', () => {
      return [...this.database.timers.values()]
        .filter(({ slot, dueUs }) => dueUs < untilUs && slots.includes(slot))
        .sort((a, b) => a.dueUs - b.dueUs || (a.key < b.key ? -1 : 1))
        .slice(0, limit);
    });
  }

  identities = () => Promise.resolve([]);
  saveIdentities = () => Promise.resolve();
  schemas = () => Promise.resolve([]);
  saveSchema = () => Promise.resolve();

  private step<T>(kind: StepKind, effect: () => T): Promise<T> {
    return this.time.step(this.owner, { kind, effect, failure: unavailable });
  }

  private commitStep(effect: () => void): Promise<void> {
    const failure = (isDone: boolean): Error => (isDone || this.time.nowUs % 2 === 0 ? unknown() : unavailable());
    return this.time.step(this.owner, { kind: 'commit', effect, failure });
  }
}

const isHeld = (fence: { epoch: bigint; commitNo: bigint }, lease: StageLease): boolean =>
  fence.epoch === lease.epoch && fence.commitNo === lease.commitNo;

class SimulatedUnitOfWork<State> extends SimulatedTransaction<State> implements StageUnitOfWork {
  private readonly target: SimulatedDatabase<State>;
  private readonly step: (effect: () => void) => Promise<void>;

  constructor(database: SimulatedDatabase<State>, step: (effect: () => void) => Promise<void>) {
    super(database);
    this.target = database;
    this.step = step;
  }

  async commit(lease: StageLease, change: StageCommit): Promise<void> {
    await this.step(() => this.apply(lease, change));
    lease.commitNo += 1n;
  }

  send(): never {
    throw new Error('the simulated store knows no SQL');
  }

  rollback(): Promise<void> {
    this.written.clear();
    return Promise.resolve();
  }

  private apply(lease: StageLease, { pending, positions, timers, parked }: StageCommit): void {
    const { partition } = lease;
    const { target } = this;
    const fence = target.fences.get(partition)!;
    if (!isHeld(fence, lease)) {
      target.fenced += 1;
      throw new MessagingError('FENCED', `partition ${partition} has another owner`);
    }
    target.fences.set(partition, { epoch: fence.epoch, commitNo: fence.commitNo + 1n, pending });
    for (const { topic, nextOffset } of positions) target.positions.set(`${topic}/${partition}`, nextOffset);
    for (const { key, slot, dueUs } of timers)
      if (dueUs === null) target.timers.delete(key);
      else target.timers.set(key, { key, slot, dueUs });
    for (const [key, state] of this.written) target.states.set(key, state);
    target.parked += parked.length;
  }
}
