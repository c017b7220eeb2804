import { HubPublisher, MessagingError, type EncodedMessage, type PublisherOptions } from '@windlass/messaging';
import { ProblemError } from '@windlass/service';

/** How long a request waits for Kafka before it is told to come again. */
const PUBLISH_TIMEOUT_MS = 10_000;

/** By which dead letters go back to their topics, as they are. Connects when first used. */
export class RedriveDoor {
  private readonly publisher: HubPublisher;
  private connected: Promise<void> | undefined;

  constructor(options: Omit<PublisherOptions, 'source' | 'families'>) {
    this.publisher = new HubPublisher({ ...options, source: 'result-collector', families: [] });
  }

  /** Resolves when Kafka has all of them. @throws {ProblemError} KAFKA_UNAVAILABLE, REDRIVE_REFUSED. */
  async send(messages: readonly EncodedMessage[]): Promise<void> {
    const abort = AbortSignal.timeout(PUBLISH_TIMEOUT_MS);
    try {
      this.connected ??= this.publisher.connect();
      await this.connected;
      await this.publisher.forward(messages, abort);
    } catch (error) {
      if (error instanceof MessagingError && error.code === 'MESSAGE_REFUSED')
        throw new ProblemError({
          status: 409,
          code: 'REDRIVE_REFUSED',
          detail: `${error.message}; all stay as they were`,
        });
      if (!abort.aborted) this.connected = undefined;
      const detail = 'Kafka does not take records now; nothing was done, ask again';
      throw new ProblemError({ status: 503, code: 'KAFKA_UNAVAILABLE', detail });
    }
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
