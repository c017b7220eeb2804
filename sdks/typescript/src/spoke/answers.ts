import { headerNames, type AlgorithmError } from '@windlass/contracts';
import type { KafkaMessage } from 'kafkajs';
import { answerError } from '../execution/algorithm-error.ts';
import { failedItem, type AnswerCodec } from '../execution/answer.ts';
import { NoSuchPartition } from '../kafka/client.ts';
import type { Publisher } from '../kafka/publisher.ts';
import { deadLetterHeaders, eventHeaders } from '../kafka/result-headers.ts';
import { addressOf } from '../kafka/task-headers.ts';
import { errorFields, type Logger } from '../log.ts';
import { nowUs } from '../pool/task-worker.ts';

export interface AnswersOptions {
  readonly publisher: Publisher;
  readonly codec: AnswerCodec;
  readonly topics: { readonly windows: string; readonly results: string; readonly deadLetters: string };
  readonly processor: string;
  readonly instance: string;
  readonly log: Logger;
}

export interface Answer {
  readonly taskId: string;
  readonly homePartition: number;
  /** Encoded result record. */
  readonly record: Buffer;
}

/** A task as it lies on the window topic. */
export interface TaskRecord {
  readonly message: KafkaMessage;
  readonly partition: number;
}

/** Sends answers to where their tasks came from, with the trace context of the task. */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  flush(): Promise<void> {
    return this.#options.publisher.flush();
  }

  /** Without `acknowledged` it is a note on the way, which may be lost. */
  send(task: TaskRecord, answer: Answer, acknowledged?: () => void): void {
    const { publisher, topics, processor, instance } = this.#options;
    const { message } = task;
    const { taskId, homePartition, record } = answer;
    const headers = eventHeaders('results', `/processors/${processor}/${instance}`, message.headers);
    headers[headerNames.id] = taskId;
    publisher.push({
      topic: topics.results,
      key: message.key,
      value: record,
      headers,
      partition: homePartition,
      ...(acknowledged && { acknowledged }),
      refused: (error) =>
        error instanceof NoSuchPartition
          ? this.#nowhere(task, error, acknowledged)
          : this.#sendSmaller(task, answer, error, acknowledged),
    });
  }

  /** Answers a task that was not run: from its headers, or with a dead letter where they do not say enough. */
  sendError(task: TaskRecord, error: AlgorithmError, acknowledged: () => void): void {
    const address = addressOf(task.message.headers);
    if (!address) return this.#deadLetter(task, error, acknowledged);
    const { taskId, homePartition, executions } = address;
    const times = { startedAtUs: nowUs(), endedAtUs: nowUs() };
    const items = executions.map((execution) => failedItem({ ...execution, ...times }, error));
    const record = this.#options.codec.encode(taskId, items);
    this.send(task, { taskId, homePartition, record }, acknowledged);
  }

  /** A task whose home partition the result topic has not cannot be answered: nobody would read it. */
  #nowhere(task: TaskRecord, cause: Error, acknowledged: (() => void) | undefined): void {
    this.#options.log.error('a task cannot be answered', { partition: task.partition, error: errorFields(cause) });
    if (acknowledged) this.#deadLetter(task, answerError('BAD_TASK', cause.message), acknowledged);
  }

  /** The topic takes less than the contracts allow: the answer says so instead. */
  #sendSmaller(task: TaskRecord, answer: Answer, cause: Error, acknowledged: (() => void) | undefined): void {
    const { codec, log } = this.#options;
    const { taskId, record } = answer;
    log.error('the broker refuses an answer', { taskId, bytes: record.length, error: errorFields(cause) });
    const error = answerError('PAYLOAD_TOO_LARGE', cause.message);
    const items = codec.decode(record).items.map((item) => failedItem(item, error));
    const smaller = codec.encode(taskId, items);
    if (smaller.length < record.length) this.send(task, { ...answer, record: smaller }, acknowledged);
    else acknowledged?.();
  }

  #deadLetter({ message, partition }: TaskRecord, error: AlgorithmError, acknowledged: () => void): void {
    const { publisher, topics, processor, log } = this.#options;
    const details = {
      code: error.code ?? error.class,
      message: error.message,
      topic: topics.windows,
      partition,
      stage: processor,
    };
    publisher.push({
      topic: topics.deadLetters,
      key: message.key,
      value: message.value,
      headers: deadLetterHeaders(message, details),
      acknowledged,
      refused: (cause) => {
        log.error('the broker refuses a dead letter: it is lost', { ...details, error: errorFields(cause) });
        acknowledged();
      },
    });
  }
}
