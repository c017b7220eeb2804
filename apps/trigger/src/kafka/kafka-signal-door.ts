import { headerNames, topicNames, type Signal } from '@windlass/contracts';
import { HubPublisher, type PublisherOptions } from '@windlass/messaging';

/** Writes signals that came in by HTTP. Connects when first used. */
export class KafkaSignalDoor {
  private readonly publisher: HubPublisher;
  private readonly topic: string;
  private connected: Promise<void> | undefined;

  constructor(options: Omit<PublisherOptions, 'source' | 'families'>) {
    this.publisher = new HubPublisher({ ...options, source: 'trigger', families: ['signals'] });
    this.topic = topicNames(options.hub.prefix).signals;
  }

  /** Resolves when Kafka has all of them. */
  async publish(signals: readonly Signal[], abort: AbortSignal): Promise<void> {
    await (this.connected ??= this.publisher.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    }));
    await this.publisher.publish(
      signals.map((value) => ({
        topic: this.topic,
        family: 'signals',
        key: value.source,
        value,
        headers: { [headerNames.id]: value.id },
      })),
      abort,
    );
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
