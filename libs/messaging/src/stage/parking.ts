import type { StageContext } from './context.ts';
import { headersOf } from './encoded-message.ts';
import type { Refusal } from './sender.ts';
import type { ParkedMessage } from './store.ts';

/** A message that Kafka refused for good, as it is kept. */
export function parkedOf({ message, code, reason }: Refusal): ParkedMessage {
  const { topic, partition, key, value } = message;
  const headers = Object.fromEntries(Object.entries(headersOf(message)).map(([name, text]) => [name, text.toString()]));
  return { topic, partition, key: key?.toString() ?? '', value, headers, code, reason };
}

export function countParked(context: StageContext, partition: number, parked: readonly ParkedMessage[]): void {
  for (const { topic, code, reason } of parked) {
    context.metrics.count('stage_parked_total', { code }, 1);
    context.log.error({ stage: context.name, partition, topic, code, reason }, 'a message is parked');
  }
}
