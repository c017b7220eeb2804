import {
  backoffMs,
  isRetryable,
  type Log,
  pause,
  type StageHandler,
  type StageOptions,
  StageStrategy,
} from '@windlass/messaging';

type Options = Omit<StageOptions, 'name' | 'families' | 'handler'> & { readonly log: Log };

/** The heartbeats' stage, which begins when the hub's topics are there: on a fresh Kafka this service makes them. */
export class HeartbeatTransport extends StageStrategy {
  private readonly prepare: () => Promise<void>;
  private readonly log: Log;
  private readonly stopped = new AbortController();

  /** `prepare` is tried again, for as long as it takes, while it fails for what passes. */
  constructor(handler: StageHandler, { prepare, ...options }: Options & { readonly prepare: () => Promise<void> }) {
    super(handler, options);
    this.prepare = prepare;
    this.log = options.log;
  }

  override listen(callback: (error?: unknown) => void): void {
    this.prepared().then(() => super.listen(callback), callback);
  }

  override async close(): Promise<void> {
    this.stopped.abort();
    await super.close();
  }

  private async prepared(): Promise<void> {
    for (let failures = 0; !this.stopped.signal.aborted; failures++) {
      try {
        return await this.prepare();
      } catch (error) {
        if (!isRetryable(error)) throw error;
        this.log.warn({ err: error, failures }, 'waiting for Kafka');
        await pause(backoffMs(failures), this.stopped.signal);
      }
    }
  }
}
