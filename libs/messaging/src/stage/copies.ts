import { errorHeaderNames, type Family } from '@windlass/contracts';
import { CopiedHeaders, encodeHeaders, headerBytesOf, type HeaderBytes } from '@windlass/kafkajs-tuned';
import type { HubTopicMap } from '../hub-topics.ts';
import type { SendableMessage } from './encoded-message.ts';
import type { Diversion } from './handler.ts';
import { asRejected, reasonHeaders } from './outbound.ts';
import type { StageRecord } from './stage-record.ts';

export interface CopyParts {
  readonly topics: HubTopicMap;
  readonly stage: string;
  readonly nowUs: number;
}

/**
 * Copies records of one batch for the topics to which they are diverted, with their bytes and headers as they came, and the reason
 * behind them. There may be very many of them: nothing of them is read, and what their reasons have in common is encoded once.
 */
export class Copies {
  private readonly parts: CopyParts;
  private readonly reasons = new Map<Diversion, Map<string, HeaderBytes>>();

  constructor(parts: CopyParts) {
    this.parts = parts;
  }

  of(record: StageRecord, diversion: Diversion): SendableMessage {
    const { topics, stage, nowUs } = this.parts;
    const original = headerBytesOf(record.message);
    if (!original) return asRejected(topics, record, { ...diversion, stage, nowUs });
    const family: Family = diversion.to;
    return {
      topic: topics.names[diversion.to],
      partition: record.partition % topics.partitionsOf(family),
      key: record.keyBytes,
      value: record.valueBuffer,
      headers: new CopiedHeaders(
        original,
        this.reasonOf(record, diversion),
        encodeHeaders({ [errorHeaderNames.offset]: record.message.offset }),
      ),
    };
  }

  /** All of it but the offset. */
  private reasonOf(record: StageRecord, diversion: Diversion): HeaderBytes {
    let ofTopics = this.reasons.get(diversion);
    if (!ofTopics) this.reasons.set(diversion, (ofTopics = new Map<string, HeaderBytes>()));
    let reason = ofTopics.get(record.topic);
    if (!reason) {
      const { stage, nowUs } = this.parts;
      const { [errorHeaderNames.offset]: _offset, ...common } = reasonHeaders(record, { ...diversion, stage, nowUs });
      ofTopics.set(record.topic, (reason = encodeHeaders(common)));
    }
    return reason;
  }
}
