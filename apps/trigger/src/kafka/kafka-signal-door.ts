import { headerNames, topicNames, type Emission, type Signal } from '@windlass/contracts';
import { HubPublisher, type OutboundMessage, type PublisherOptions } from '@windlass/messaging';

/** Writes signals, and requests to open windows, that came in by HTTP. Connects when first used. */
export class KafkaSignalDoor {
  private readonly publisher: HubPublisher;
  private readonly topics: ReturnType<typeof topicNames>;
  private connected: Promise<void> | undefined;

  constructor(options: Omit<PublisherOptions, 'source' | 'families'>) {
    this.publisher = new HubPublisher({ ...options, source: 'trigger', families: ['signals', 'emissions'] });
    this.topics = topicNames(options.hub.prefix);
  }

  /** Resolves when Kafka has all of them. */
  publish(signals: readonly Signal[], abort: AbortSignal): Promise<void> {
    return this.write(
      signals.map((value) => ({
        topic: this.topics.signals,
        family: 'signals',
        key: value.source,
        value,
        headers: { [headerNames.id]: value.id },
      })),
      abort,
    );
  }

  /** Resolves when Kafka has all of them. */
  publishEmissions(emissions: readonly Emission[], abort: AbortSignal): Promise<void> {
    return this.write(
      emissions.map((value) => ({
        topic: this.topics.emissions,
        family: 'emissions',
        key: value.key,
        value,
        headers: { [headerNames.id]: value.id },
      })),
      abort,
    );
  }

  close(): Promise<void> {
    return this.publisher.close();
  }

  private async write(messages: readonly OutboundMessage[], abort: AbortSignal): Promise<void> {
    await (this.connected ??= this.publisher.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    }));
    await this.publisher.publish(messages, abort);
  }
}
