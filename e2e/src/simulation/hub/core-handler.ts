import { slotOf } from '@windlass/contracts';
import type {
  HubTopicMap,
  OutboundMessage,
  StageBatch,
  StageEffects,
  StageHandler,
  StageTransaction,
  TimerChange,
} from '@windlass/messaging';
import type { StageCore, StageInput } from '../stage.ts';
import type { SimulatedMessage } from '../topics.ts';
import type { SimulatedTransaction } from './store.ts';

interface CoreHandlerParts<State> {
  /** As the process knows the registry at this moment. */
  readonly core: () => StageCore<State>;
  /** From then on it knows of all that the registry holds now. */
  readonly catchUp: () => void;
  readonly topics: HubTopicMap;
}

/** A service's core in a stage: states are read in the transaction, kept in memory while the partition is held, and changed there before the commit. */
export class CoreHandler<State> implements StageHandler {
  private readonly parts: CoreHandlerParts<State>;
  private readonly cached = new Map<number, Map<string, State>>();

  constructor(parts: CoreHandlerParts<State>) {
    this.parts = parts;
  }

  acquire(partition: number): Promise<void> {
    this.parts.catchUp();
    this.cached.set(partition, new Map());
    return Promise.resolve();
  }

  release(partition: number): void {
    this.cached.delete(partition);
  }

  handle({ partition, nowUs, inputs, backlogRecords }: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    const core = this.parts.core();
    const cache = this.cached.get(partition)!;
    const store = tx as SimulatedTransaction<State>;
    const messages: OutboundMessage[] = [];
    const timers: TimerChange[] = [];
    for (const [key, ofKey] of Map.groupBy(inputs, (input) => input.key)) {
      const state = cache.get(key) ?? store.read(key) ?? core.nothing;
      const taken = core.step({
        ...{ key, state, nowUs },
        backlog: backlogRecords > 0,
        inputs: ofKey.map((input): StageInput =>
          input.kind === 'timer' ? { topic: null, key } : { topic: input.family, record: { key, value: input.value } },
        ),
      });
      cache.set(key, taken.state);
      store.write(key, core.stored?.(taken.state) ?? taken.state);
      messages.push(...taken.messages.map((message) => this.outbound(message)));
      timers.push({ slot: slotOf(key), key, dueUs: later(core.dueUs(taken.state), nowUs) });
    }
    return Promise.resolve({ messages, timers, rejected: [] });
  }

  private outbound({ topic, key, value }: SimulatedMessage): OutboundMessage {
    return { topic: topicName(this.parts.topics, topic, value), family: topic, key, value };
  }
}

/** What is due again at the instant at which it has fired waits for the next. */
const later = (dueUs: number | null, nowUs: number): number | null =>
  dueUs === null ? null : Math.max(dueUs, nowUs + 1);

export function topicName({ names }: HubTopicMap, family: string, value: unknown): string {
  switch (family) {
    case 'windows':
      return names.windows((value as { readonly processor: string }).processor);
    case 'results':
      return names.results('default');
    case 'group-signals':
      return names.groupSignals;
    case 'group-outcomes':
      return names.groupOutcomes;
    default:
      return names[family as 'signals' | 'panes' | 'outcomes' | 'emissions' | 'late' | 'dlq'];
  }
}
