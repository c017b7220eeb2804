import confluent from '@kafkajs/confluent-schema-registry';
import { compatibilityOf, schemaOf, subjectOf, type SchemaFamily } from '@windlass/contracts';

const REQUEST_TIMEOUT_MS = 10_000;

/** No schema has this id: whatever was written with it cannot be read. */
export class UnknownSchema extends Error {
  readonly retryable = false;

  constructor(id: number) {
    super(`the registry knows no schema ${id}`);
    this.name = 'UnknownSchema';
  }
}

/** The Confluent-compatible registry, as far as a spoke needs it. Every other failure may be repeated. */
export class SchemaRegistry {
  readonly #url: string;
  readonly #known = new Map<number, Promise<string>>();

  constructor(url: string) {
    this.#url = url;
  }

  /** The schema's JSON; fetched once. @throws UnknownSchema. */
  schema(id: number): Promise<string> {
    let schema = this.#known.get(id);
    if (!schema) {
      schema = this.#fetch(id);
      this.#known.set(id, schema);
      schema.catch(() => this.#known.delete(id));
    }
    return schema;
  }

  /** Id of a family's current schema; registered, with its compatibility level, if it is not yet. */
  async idOf(prefix: string, family: SchemaFamily): Promise<number> {
    const registry = new confluent.SchemaRegistry({ host: this.#url, clientId: 'windlass-sdk', retry: { retries: 0 } });
    const { id } = await registry.register(
      { type: confluent.SchemaType.AVRO, schema: JSON.stringify(schemaOf(family)) },
      { subject: subjectOf(prefix, family), compatibility: confluent.COMPATIBILITY[compatibilityOf(family)] },
    );
    return id;
  }

  async #fetch(id: number): Promise<string> {
    const response = await fetch(`${this.#url}/schemas/ids/${id}`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (response.status === 404) throw new UnknownSchema(id);
    if (!response.ok) throw new Error(`registry: schema ${id}: HTTP ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { schema: string }).schema;
  }
}
