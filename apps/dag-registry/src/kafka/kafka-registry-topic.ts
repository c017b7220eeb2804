import type { RegistryEntry } from '@windlass/contracts';
import { HubPublisher, type OutboundMessage, type PublisherOptions } from '@windlass/messaging';
import { topicNames } from '@windlass/contracts';
import { isDifference } from '@windlass/dag';
import type { RegistryTopic, StampedEntry } from '../ports.ts';

/** Writes entries under `<kind>/<name>`, so that compaction keeps the last of each entity. */
export class KafkaRegistryTopic implements RegistryTopic {
  private readonly publisher: HubPublisher;
  private readonly topic: string;
  private connected: Promise<void> | undefined;

  constructor(options: Omit<PublisherOptions, 'source' | 'families'>) {
    this.publisher = new HubPublisher({ ...options, source: 'dag-registry', families: ['registry'] });
    this.topic = topicNames(options.hub.prefix).registry;
  }

  async publish(entries: readonly StampedEntry[], signal: AbortSignal): Promise<void> {
    await (this.connected ??= this.publisher.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    }));
    const messages = entries.map((entry) => this.message(entry));
    await this.publisher.publish(messages, signal);
  }

  async close(): Promise<void> {
    await this.publisher.close();
  }

  private message(entry: StampedEntry): OutboundMessage {
    const { kind, name } = entry;
    return { topic: this.topic, family: 'registry', key: `${kind}/${name}`, value: recordOf(entry) };
  }
}

/** What the schema's kinds cannot say is an extension of a removal that changes nothing (ADR 16). */
function recordOf({ kind, name, body, ...rest }: StampedEntry): RegistryEntry {
  const extended = extensionKindOf(kind, body);
  if (extended === null) return { kind: kind as RegistryEntry['kind'], name, body, ...rest, extension: null };
  const extension = { kind: extended, name, body };
  return { kind: 'SOURCE', name: `!${extended}/${name}`, body: 'null', ...rest, extension };
}

function extensionKindOf(kind: StampedEntry['kind'], body: string): string | null {
  if (kind === 'HOLD') return kind;
  return kind === 'REVISION' && isDifference(JSON.parse(body)) ? 'DIFFERENCE' : null;
}
