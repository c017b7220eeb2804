import { setTimeout as delay } from 'node:timers/promises';
import { SchemaRegistry, SchemaType, COMPATIBILITY } from '@kafkajs/confluent-schema-registry';
import type { Compatibility } from '@windlass/contracts';
import { MessagingError } from '../errors.ts';

const requestTimeoutMs = 10_000;
/** The whole retrying is the caller's. */
const noRetries = { retries: 0 };
/** Services that start at once register the same new subjects: each sees what another has done half (a subject whose level is not set yet). */
const raceAttempts = 10;
const raceDelayMs = 100;
/** After so many attempts whoever has done half is not coming back to it: killed between the schema and the level. */
const abandonedAttempts = 5;

/** A Confluent-compatible schema registry. */
export class RegistryClient {
  private readonly url: string;
  private readonly registry: SchemaRegistry;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
    this.registry = new SchemaRegistry({ host: this.url, clientId: 'windlass', retry: noRetries });
  }

  /**
   * Registers a subject's schema and answers with its id; the same schema again has the same id.
   * @throws {MessagingError} SCHEMA_REFUSED when it is incompatible with what is registered, or the subject's level is another;
   * REGISTRY_UNAVAILABLE (retryable).
   */
  async register({
    subject,
    schema,
    compatibility,
  }: {
    readonly subject: string;
    readonly schema: object;
    readonly compatibility: Compatibility;
  }): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { id } = await this.registry.register(
          { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
          { subject, compatibility: COMPATIBILITY[compatibility] },
        );
        return id;
      } catch (cause) {
        if (attempt === raceAttempts || !isRace(cause as Error))
          throw registrationError(subject, cause as Error & { status?: number });
        if (attempt === abandonedAttempts && hasNoLevel(cause as Error)) await this.setLevel(subject, compatibility);
        await delay(raceDelayMs * (0.5 + Math.random()));
      }
    }
  }

  /**
   * A schema's text.
   * @throws {MessagingError} UNKNOWN_SCHEMA_ID when there is none of this id; REGISTRY_UNAVAILABLE (retryable).
   */
  async schemaOf(id: number): Promise<string> {
    const response = await this.get(`/schemas/ids/${id}`);
    if (response.status === 404)
      throw new MessagingError('UNKNOWN_SCHEMA_ID', `the registry has no schema with id ${id}`);
    if (!response.ok) throw unavailable(`schema ${id}: status ${response.status}`);
    const { schema } = (await response.json().catch((cause) => {
      throw unavailable(`schema ${id}: not JSON`, cause);
    })) as { schema?: string };
    if (typeof schema !== 'string') throw unavailable(`schema ${id}: the answer has no schema`);
    return schema;
  }

  /** What another program has left undone. When two do it at once one of them is refused, and both then see it done. */
  private async setLevel(subject: string, compatibility: Compatibility): Promise<void> {
    try {
      await fetch(`${this.url}/config/${encodeURIComponent(subject)}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ compatibility: COMPATIBILITY[compatibility] }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
    } catch (cause) {
      throw unavailable(`the level of ${subject} at ${this.url}`, cause);
    }
  }

  private async get(path: string): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(requestTimeoutMs) });
    } catch (cause) {
      throw unavailable(`${path} at ${this.url}`, cause);
    }
  }
}

const isRace = (error: Error): boolean =>
  error.message.includes("rule named 'COMPATIBILITY' already exists") || hasNoLevel(error);

const hasNoLevel = ({ message }: Error): boolean => /\(\w+ != NONE\)/.test(message);

const unavailable = (what: string, cause?: unknown) =>
  new MessagingError('REGISTRY_UNAVAILABLE', `schema registry: ${what}`, { cause, retryable: true });

/** The client reports a connection that was refused as status 400, so that status says nothing about the schema. */
const refusals = new Set([409, 422]);

function registrationError(subject: string, cause: Error & { status?: number }): MessagingError {
  const refused = cause.name === 'ConfluentSchemaRegistryCompatibilityError' || refusals.has(cause.status ?? 0);
  return refused
    ? new MessagingError('SCHEMA_REFUSED', `${subject}: ${cause.message}`, { cause })
    : unavailable(`register ${subject}: ${cause.message}`, cause);
}
