import { avroTypeOfSchema } from '@windlass/contracts';

/** What of an avsc type stubs look at. */
export interface AvroShape {
  readonly typeName: string;
  readonly name: string;
  readonly itemsType: AvroShape;
  readonly valuesType: AvroShape;
  readonly types: readonly AvroShape[];
  readonly fields: readonly { readonly name: string; readonly type: AvroShape }[];
  readonly symbols: readonly string[];
}

export const avroShapeOf = (schema: object): AvroShape => avroTypeOfSchema(schema) as unknown as AvroShape;
