import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { StageHandler } from '../stage/handler.ts';
import { Stage, type StageOptions } from '../stage/stage.ts';
import { stageOf } from './stage-consumer.ts';

/**
 * The stage as a Nest transport. Nest's own Kafka transport handles one message at a time and commits by itself; here a declared
 * handler gets batches with their transaction, past Nest's pipes and filters, which would hide what an error asks for.
 */
export class StageStrategy extends Server implements CustomTransportStrategy {
  readonly stage: Stage;

  constructor(handler: StageHandler, options: Omit<StageOptions, 'name' | 'families' | 'handler'>) {
    super();
    const { stage, families } = stageOf(handler);
    this.stage = new Stage({ ...options, name: stage, families, handler });
  }

  /** Calls back when the group is joined. */
  listen(callback: (error?: unknown) => void): void {
    this.stage.start().then(() => callback(), callback);
  }

  close(): Promise<void> {
    return this.stage.stop();
  }

  on(): never {
    throw new Error('a stage emits no events; see status() and its metrics');
  }

  unwrap<T>(): T {
    return this.stage as T;
  }
}
