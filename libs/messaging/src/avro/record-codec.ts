import {
  avroTypeOf,
  compatibilityOf,
  encodeRecord,
  readerOf,
  schemaOf,
  subjectOf,
  wireHeaderBytes,
  type FamilyValues,
  type Reader,
  type SchemaFamily,
} from '@windlass/contracts';
import { MessagingError } from '../errors.ts';
import { RegistryClient } from './schema-registry.ts';

/** Where schemas that were seen once are kept, so that an unreachable registry matters only for ids never seen. */
export interface SchemaMemory {
  load(): Promise<readonly { readonly id: number; readonly schema: string }[]>;
  save(id: number, schema: string): Promise<void>;
}

const noMemory: SchemaMemory = { load: async () => [], save: async () => undefined };

/** A wrong id is asked for again after so long; a flood of bad records is not a flood of requests. */
const unknownIdMs = 30_000;
const unknownIdsKept = 1_000;

/** Values to bytes and back, without a promise once a schema is known. */
export class RecordCodec {
  private readonly registry: RegistryClient;
  private readonly memory: SchemaMemory;
  private readonly prefix: string;
  private readonly ownIds = new Map<SchemaFamily, number>();
  private readonly schemas = new Map<number, string>();
  private readonly readers = new Map<SchemaFamily, Map<number, Reader<SchemaFamily>>>();
  private readonly unknownIds = new Map<number, { untilMs: number; error: MessagingError }>();

  constructor({
    registryUrl,
    prefix,
    memory = noMemory,
  }: {
    registryUrl: string;
    prefix: string;
    memory?: SchemaMemory;
  }) {
    this.registry = new RegistryClient(registryUrl);
    this.memory = memory;
    this.prefix = prefix;
  }

  /** Reads the memory. @throws what the memory throws. */
  async remember(): Promise<void> {
    for (const { id, schema } of await this.memory.load()) this.schemas.set(id, schema);
  }

  /** Registers the current schemas of what will be written. @throws {MessagingError} SCHEMA_REFUSED, REGISTRY_UNAVAILABLE. */
  async register(families: readonly SchemaFamily[]): Promise<void> {
    for (const family of families) {
      if (this.ownIds.has(family)) continue;
      const id = await this.registry.register({
        subject: subjectOf(this.prefix, family),
        schema: schemaOf(family),
        compatibility: compatibilityOf(family),
      });
      this.ownIds.set(family, id);
      this.keepReader(family, id, JSON.stringify(schemaOf(family)));
    }
  }

  /**
   * Bytes of a value in the Confluent wire format.
   * @throws {ContractError} INVALID_MESSAGE, VALUE_TOO_LARGE. {MessagingError} STAGE_MISCONFIGURED: the family was not registered.
   */
  encode<F extends SchemaFamily>(family: F, value: FamilyValues[F]): Buffer {
    const id = this.ownIds.get(family);
    if (id === undefined) {
      throw new MessagingError(
        'STAGE_MISCONFIGURED',
        `${family}: its schema was not registered before the first record`,
      );
    }
    return encodeRecord(family, id, value);
  }

  /** The reader of a schema that is known already. */
  readerOf(family: SchemaFamily, id: number): Reader<SchemaFamily> | undefined {
    return this.readers.get(family)?.get(id);
  }

  /**
   * The reader of any schema, asking the registry for an id never seen.
   * @throws {MessagingError} UNKNOWN_SCHEMA_ID; REGISTRY_UNAVAILABLE (retryable); what the memory throws. {ContractError}
   * INCOMPATIBLE_SCHEMA.
   */
  async loadReader(family: SchemaFamily, id: number): Promise<Reader<SchemaFamily>> {
    return this.readerOf(family, id) ?? this.keepReader(family, id, await this.schemaText(id));
  }

  private async schemaText(id: number): Promise<string> {
    const known = this.schemas.get(id);
    if (known !== undefined) return known;
    const unknown = this.unknownIds.get(id);
    if (unknown && unknown.untilMs > Date.now()) throw unknown.error;
    try {
      const schema = await this.registry.schemaOf(id);
      await this.memory.save(id, schema);
      this.schemas.set(id, schema);
      return schema;
    } catch (error) {
      if (error instanceof MessagingError && error.code === 'UNKNOWN_SCHEMA_ID') this.noteUnknown(id, error);
      throw error;
    }
  }

  private noteUnknown(id: number, error: MessagingError): void {
    if (this.unknownIds.size >= unknownIdsKept) this.unknownIds.clear();
    this.unknownIds.set(id, { untilMs: Date.now() + unknownIdMs, error });
  }

  private keepReader(family: SchemaFamily, id: number, schema: string): Reader<SchemaFamily> {
    const reader = readerOf(family, schema) as Reader<SchemaFamily>;
    let ofFamily = this.readers.get(family);
    if (!ofFamily) this.readers.set(family, (ofFamily = new Map()));
    ofFamily.set(id, reader);
    return reader;
  }
}

const noBytes = Buffer.alloc(0);

/**
 * Bytes a message's value has when encoded, header of the wire format included; compare with `maxRecordBytesOf(family)`.
 * @throws what avsc throws when the value does not fit the schema.
 */
export function encodedSize({ family, value }: { readonly family: SchemaFamily; readonly value: unknown }): number {
  return wireHeaderBytes + Math.abs(avroTypeOf(family).encode(value, noBytes));
}
