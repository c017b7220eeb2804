/**
 * Hints of the hub to all instances of a processor: each instance reads all of the control topic from now on, in a group of its
 * own that commits nothing. A hint that is lost or comes twice changes nothing that matters.
 */
import { ContractError, readerOf, splitWireFormat, type Control, type Reader } from '@windlass/contracts';
import type { Kafka } from 'kafkajs';
import { errorFields, type Logger } from '../log.ts';
import { retrying } from '../retrying.ts';
import { UnknownSchema, type SchemaRegistry } from '../schema-registry.ts';
import { CALL_RETRIES } from './client.ts';

export interface ControlListenerOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly processor: string;
  readonly registry: SchemaRegistry;
  readonly log: Logger;
  readonly onCancel: (control: Control) => void;
}

/** Hints may wait this long: they are read beside the work, and an idle fetch costs something. */
const MAX_WAIT_MS = 500;

export async function listenToControl(
  options: ControlListenerOptions,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const { kafka, topic, groupId, processor, registry, log, onCancel } = options;
  let isStopped = false;
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: MAX_WAIT_MS,
    // kafkajs starts one that has crashed again, even if it was disconnected meanwhile.
    retry: { ...CALL_RETRIES, restartOnFailure: async () => !isStopped },
  });
  const readers = new Map<number, Reader<'control'>>();
  const read = async (value: Buffer | null): Promise<Control> => {
    const { schemaId, body } = splitWireFormat(value);
    let reader = readers.get(schemaId);
    if (!reader) readers.set(schemaId, (reader = readerOf('control', await registry.schema(schemaId))));
    return reader(body);
  };
  await retrying(
    async () => {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: false });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          if (message.key?.toString() !== processor) return;
          try {
            const control = await read(message.value);
            if (control.processor === processor && control.kind === 'CANCEL') onCancel(control);
          } catch (error) {
            if (!(error instanceof ContractError) && !(error instanceof UnknownSchema)) throw error;
            log.warn('a control record cannot be read', { topic, offset: message.offset, error: errorFields(error) });
          }
        },
      });
    },
    {
      signal,
      onRetry: (error) => log.warn('cannot read the control topic, trying again', { error: errorFields(error) }),
    },
  );
  return () => {
    isStopped = true;
    return consumer.disconnect();
  };
}
