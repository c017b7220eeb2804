import { topicNames } from '@windlass/contracts';
import { GroupLags, type KafkaConnection, type Log } from '@windlass/messaging';
import type { WindowTopicLags } from '../ports.ts';

/** A processor's instances are the group `<prefix>.<processor>`. */
export class KafkaWindowTopicLags implements WindowTopicLags {
  private readonly lags: GroupLags;
  private readonly prefix: string;
  private readonly log: Log;

  constructor({ kafka, prefix, log }: { readonly kafka: KafkaConnection; readonly prefix: string; readonly log: Log }) {
    this.lags = new GroupLags({ kafka, log });
    this.prefix = prefix;
    this.log = log;
  }

  async lagOf(processor: string): Promise<number | null> {
    try {
      return await this.lags.lagOf({
        group: `${this.prefix}.${processor}`,
        topic: topicNames(this.prefix).windows(processor),
      });
    } catch (error) {
      this.log.debug({ err: error, processor }, 'its lag cannot be told now');
      return null;
    }
  }

  close(): Promise<void> {
    return this.lags.close();
  }
}
