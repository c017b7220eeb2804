import { type TopicDeclaration, topicDeclarations } from '@windlass/contracts';
import {
  backoffMs,
  createAdmin,
  ensureTopics,
  type Hub,
  type KafkaConnection,
  type Log,
  MessagingError,
  pause,
} from '@windlass/messaging';
import type { HubTopics } from '../ports.ts';

type Admin = ReturnType<typeof createAdmin>;

interface Options {
  readonly kafka: KafkaConnection;
  readonly hub: Hub;
  readonly log: Log;
}

/** A connection of which nothing was asked for so long is closed. */
const IDLE_MS = 60_000;

/** Creates topics through a connection that is kept for a while: processors often register one after the other. */
export class KafkaTopics implements HubTopics {
  private readonly options: Options;
  private readonly ensured = new Set<string>();
  private last: Promise<void> = Promise.resolve();
  private admin: Admin | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.options = options;
  }

  async ensureWindowTopics(processors: readonly string[]): Promise<void> {
    await this.ensure(
      topicDeclarations({ ...this.options.hub, processors }).filter(({ family }) => family === 'windows'),
    );
  }

  async ensureAll(processors: readonly string[]): Promise<void> {
    await this.ensure(topicDeclarations({ ...this.options.hub, processors }));
  }

  private ensure(declarations: readonly TopicDeclaration[]): Promise<void> {
    const missing = () => declarations.filter(({ topic }) => !this.ensured.has(topic));
    if (missing().length === 0) return Promise.resolve();
    // One after the other: concurrent creations only get in each other's way.
    this.last = this.last.catch(() => undefined).then(() => this.createInTime(missing()));
    return this.last;
  }

  /** A topic that was made a moment ago is not known to every broker yet: that passes. */
  private async createInTime(declarations: readonly TopicDeclaration[]): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.create(declarations);
      } catch (cause) {
        if (cause instanceof MessagingError && !cause.retryable) throw cause;
        if (failures === RETRIES) throw unavailable(cause);
        await pause(backoffMs(failures));
      }
    }
  }

  private async create(declarations: readonly TopicDeclaration[]): Promise<void> {
    clearTimeout(this.idle);
    try {
      await ensureTopics((this.admin ??= await this.connect()), declarations);
    } catch (error) {
      await this.close();
      throw error;
    }
    for (const { topic } of declarations) this.ensured.add(topic);
    this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  private async connect(): Promise<Admin> {
    const admin = createAdmin(this.options.kafka, this.options.log);
    await admin.connect();
    return admin;
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { admin } = this;
    this.admin = undefined;
    await admin
      ?.disconnect()
      .catch((error: unknown) => this.options.log.debug({ err: error }, 'the admin did not disconnect'));
  }
}

/** With backoff from 50 ms on: two seconds, and whatever the calls take. */
const RETRIES = 5;

const unavailable = (cause: unknown): MessagingError =>
  new MessagingError('BROKER_UNAVAILABLE', `topics cannot be made now: ${(cause as Error).message}`, {
    cause,
    retryable: true,
  });
