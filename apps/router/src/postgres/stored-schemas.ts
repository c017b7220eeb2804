import { type AvroType, avroTypeOf, avroTypeOfSchema, schemaOf } from '@windlass/contracts';
import type { DataSource } from 'typeorm';
import { stateSchema } from './state-schema.ts';

export type StoredKind = 'panes' | 'signals' | 'outcomes' | 'state';

const HEADER_BYTES = 2;

interface Format {
  readonly type: AvroType;
  readonly id: number;
  /** How to read what was written by other schemas, by their id. */
  readonly resolvers: Map<number, ReturnType<AvroType['createResolver']>>;
}

/** Packs values into bytes that say by which schema they were written, so that a row outlives a change of the schema. */
export class StoredSchemas {
  private constructor(
    private readonly formats: Readonly<Record<StoredKind, Format>>,
    private readonly schemas: ReadonlyMap<number, string>,
  ) {}

  /** Makes the current schemas known and reads all that were ever used. */
  static async open(dataSource: DataSource): Promise<StoredSchemas> {
    const signals = signalsType();
    const current: Record<StoredKind, string> = {
      panes: text(schemaOf('panes')),
      signals: text(signals.schema({ exportAttrs: true })),
      outcomes: text(schemaOf('outcomes')),
      state: text(stateSchema),
    };
    await dataSource.query('INSERT INTO stored_schema (schema) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
      Object.values(current),
    ]);
    const rows: { id: number; schema: string }[] = await dataSource.query('SELECT id, schema FROM stored_schema');
    const format = (type: AvroType, schema: string): Format => ({
      type,
      id: rows.find((row) => row.schema === schema)!.id,
      resolvers: new Map(),
    });
    return new StoredSchemas(
      {
        panes: format(avroTypeOf('panes'), current.panes),
        signals: format(signals, current.signals),
        outcomes: format(avroTypeOf('outcomes'), current.outcomes),
        state: format(avroTypeOfSchema(stateSchema), current.state),
      },
      new Map(rows.map(({ id, schema }) => [id, schema])),
    );
  }

  pack(kind: StoredKind, value: unknown): Buffer {
    const { type, id } = this.formats[kind];
    for (;;) {
      const end = type.encode(value, scratch, HEADER_BYTES);
      if (end >= 0) {
        scratch.writeUInt16BE(id);
        return Buffer.from(scratch.subarray(0, end));
      }
      scratch = Buffer.allocUnsafe(Math.max(scratch.length - end, scratch.length * 2));
    }
  }

  unpack<T>(kind: StoredKind, bytes: Buffer): T {
    const { type, id, resolvers } = this.formats[kind];
    const writer = bytes.readUInt16BE();
    const body = bytes.subarray(HEADER_BYTES);
    if (writer === id) return type.fromBuffer(body) as T;
    let resolver = resolvers.get(writer);
    if (!resolver) {
      const schema = this.schemas.get(writer);
      if (schema === undefined) throw new UnknownStoredSchema(writer);
      resolvers.set(writer, (resolver = type.createResolver(avroTypeOfSchema(schema))));
    }
    return type.fromBuffer(body, resolver) as T;
  }
}

interface UnionType {
  readonly types: readonly RecordType[];
}
interface RecordType extends AvroType {
  field(name: string): { readonly type: UnionType };
}

/** What a pane's `signals` are, when there are any. */
function signalsType(): AvroType {
  const event = (avroTypeOf('panes') as unknown as RecordType).field('event').type;
  const pane = event.types.find(({ name }) => name === 'io.windlass.v1.Pane')!;
  return pane.field('signals').type.types.find(({ typeName }) => typeName === 'array')!;
}

/** Kept between calls: the next large value will need it too. */
let scratch: Buffer = Buffer.allocUnsafe(64 * 1024);

const text = (schema: object | string): string => (typeof schema === 'string' ? schema : JSON.stringify(schema));

/** A row was written by a newer version of the router that has started since: a restart reads its schema. */
export class UnknownStoredSchema extends Error {
  readonly code = 'UNKNOWN_STORED_SCHEMA';
  constructor(readonly id: number) {
    super(`stored schema ${id} is not known: a newer router has written it; start this one again`);
  }
}
