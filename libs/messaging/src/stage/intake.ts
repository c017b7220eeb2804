import {
  ContractError,
  hasSchema,
  headerNames,
  partitionOf,
  splitWireFormat,
  type Reader,
  type SchemaFamily,
} from '@windlass/contracts';
import { hasCode } from '../errors.ts';
import type { StageContext } from './context.ts';
import { Copies } from './copies.ts';
import type { EncodedMessage, SendableMessage } from './encoded-message.ts';
import { asForwarded, asRejected } from './outbound.ts';
import type { StageRecord } from './stage-record.ts';

/** Records of a batch, sorted into what the handler gets and what the stage answers itself. */
export interface Intake {
  readonly inputs: StageRecord[];
  readonly forwarded: EncodedMessage[];
  readonly deadLetters: EncodedMessage[];
  /** Records that the handler sends elsewhere as they are; on their topics before the batch is committed. */
  readonly diverted: SendableMessage[];
  /** Records that the handler has no use for. */
  passedOver: number;
}

export const emptyIntake = (): Intake => ({
  inputs: [],
  forwarded: [],
  deadLetters: [],
  diverted: [],
  passedOver: 0,
});

/** Puts the records of a second intake behind those of the first. */
export function addIntake(to: Intake, { inputs, forwarded, deadLetters, diverted, passedOver }: Intake): void {
  to.inputs.push(...inputs);
  to.forwarded.push(...forwarded);
  to.deadLetters.push(...deadLetters);
  to.diverted.push(...diverted);
  to.passedOver += passedOver;
}

/** Nothing follows from these records but that they were read. */
export const isEmpty = ({ inputs, forwarded, deadLetters, diverted }: Intake): boolean =>
  inputs.length + forwarded.length + deadLetters.length + diverted.length === 0;

/**
 * Decodes records, synchronously while their schemas are known. A record that cannot be used becomes a dead letter; one that lies on
 * a partition that is not its key's is forwarded, once; what the handler diverts goes where it says; what it has no use for is only
 * counted. Topics without a schema keep what others could not use: their records are handled as they are, whatever they are.
 * @throws {MessagingError} REGISTRY_UNAVAILABLE, STORE_UNAVAILABLE (retryable): nothing is lost, ask again.
 */
export async function takeIn(context: StageContext, records: readonly StageRecord[], nowUs: number): Promise<Intake> {
  const intake = emptyIntake();
  const copies = new Copies({ topics: context.topics, stage: context.name, nowUs });
  const bury = (record: StageRecord, code: string, message: string) => {
    const refusal = { to: 'dlq', code, message, stage: context.name, nowUs } as const;
    intake.deadLetters.push(asRejected(context.topics, record, refusal));
  };
  for (const record of records) {
    if (!hasSchema(record.family)) {
      record.value = record.stored();
      intake.inputs.push(record);
      continue;
    }
    if (record.keyBytes === null) {
      bury(record, 'NO_KEY', 'the record has no key; its key is the source or group');
      continue;
    }
    const home = partitionOf(record.slot, context.topics.hub.partitions);
    if (home !== record.partition) {
      if (record.header(headerNames.forwardedFrom) === undefined) intake.forwarded.push(asForwarded(record, home));
      else bury(record, 'WRONG_PARTITION', `forwarded once already; its key belongs to partition ${home}`);
      continue;
    }
    const diversion = context.handler.diverts?.(record);
    if (diversion) {
      intake.diverted.push(copies.of(record, diversion));
      continue;
    }
    if (context.handler.passesOver?.(record)) {
      intake.passedOver++;
      continue;
    }
    try {
      const { schemaId, body } = splitWireFormat(record.valueBuffer);
      const family = record.family as SchemaFamily;
      const reader: Reader<SchemaFamily> =
        context.codec.readerOf(family, schemaId) ?? (await context.codec.loadReader(family, schemaId));
      record.value = reader(body);
      intake.inputs.push(record);
    } catch (error) {
      if (!isBadRecord(error)) throw error;
      const { code, message } = error as ContractError;
      bury(record, code, message);
      record.value = context.handler.standIn?.(record, { code, message });
      if (record.value !== undefined) intake.inputs.push(record);
    }
  }
  return intake;
}

const isBadRecord = (error: unknown): boolean => error instanceof ContractError || hasCode(error, 'UNKNOWN_SCHEMA_ID');
