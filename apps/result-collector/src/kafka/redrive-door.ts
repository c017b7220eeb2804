import { HubPublisher, MessagingError, type EncodedMessage, type PublisherOptions } from '@windlass/messaging';
import { ProblemError } from '@windlass/service';

/** How long a request waits for Kafka before it is told to come again. */
const PUBLISH_TIMEOUT_MS = 10_000;
/** That of a processor that was removed never comes back: told while the request still waits. */
const MISSING_TOPIC_MS = 3_000;

/** By which dead letters go back to their topics, as they are. Connects when first used. */
export class RedriveDoor {
  private readonly publisher: HubPublisher;
  private connected: Promise<void> | undefined;

  constructor(options: Omit<PublisherOptions, 'source' | 'families'>) {
    const limits = { ...options.limits, missingTopicMs: MISSING_TOPIC_MS };
    this.publisher = new HubPublisher({ ...options, limits, source: 'result-collector', families: [] });
  }

  /** Resolves when Kafka has all of them. @throws {ProblemError} KAFKA_UNAVAILABLE, REDRIVE_REFUSED. */
  async send(messages: readonly EncodedMessage[]): Promise<void> {
    const abort = AbortSignal.timeout(PUBLISH_TIMEOUT_MS);
    await Promise.race([this.connect(), aborted(abort)]).catch(unavailable);
    try {
      await this.publisher.forward(messages, abort);
    } catch (error) {
      if (abort.aborted) unavailable();
      if (!(error instanceof MessagingError) || error.code !== 'MESSAGE_REFUSED') throw error;
      const detail = `${error.message}. Of a lot, the others were sent, but all are open still: send them by --topic, or drop those that nobody takes`;
      throw new ProblemError({ status: 409, code: 'REDRIVE_REFUSED', detail });
    }
  }

  close(): Promise<void> {
    return this.publisher.close();
  }

  private connect(): Promise<void> {
    this.connected ??= this.publisher.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    });
    return this.connected;
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

function unavailable(): never {
  const detail = 'Kafka does not take records now; nothing was done, ask again';
  throw new ProblemError({ status: 503, code: 'KAFKA_UNAVAILABLE', detail });
}
