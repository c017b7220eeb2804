import type { Kafka, Producer } from 'kafkajs';

/** Sends each message to the partition it names. */
export const createProducer = (kafka: Kafka): Producer =>
  kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!,
    allowAutoTopicCreation: false,
  });
