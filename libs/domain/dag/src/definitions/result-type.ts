import { z } from 'zod';
import { parseAvro } from '../avro/avro-schema.ts';
import { shapeOf } from '../avro/avro-shape.ts';
import type { ResultType } from '../model.ts';
import { strict } from './fields.ts';

const RESULT_TYPES = ['double', 'long', 'boolean', 'string', 'bytes', 'array', 'struct', 'none'] as const;

const unit = z.string().max(50).optional().describe('UCUM unit');

const resultObject: z.ZodType<ResultType> = z
  .lazy(() =>
    strict({
      type: z.enum(RESULT_TYPES).describe('of the value; `none`: there is no value'),
      unit,
      optional: z.boolean().optional().describe('of a field: it may be null, which stubs of it then say'),
      fields: z.record(z.string().max(100), resultObject).optional().describe('of a struct'),
    }).refine(({ type, fields }) => fields === undefined || type === 'struct', {
      message: 'only a struct has fields',
      path: ['fields'],
    }),
  )
  .meta({ id: 'ResultType' });

const avroResult = strict({
  avro: z.record(z.string(), z.unknown()).describe('an Avro schema of your own ([more](dependencies.md#results))'),
  unit,
}).transform(({ avro, unit }, context): ResultType => {
  const parsed = parseAvro(avro);
  const shaped = parsed.ok ? shapeOf(parsed.type) : parsed;
  if (shaped.ok) return { ...shaped.shape, ...(unit !== undefined && { unit }), avro };
  context.addIssue({ code: 'custom', message: shaped.message, path: ['avro'] });
  return z.NEVER;
});

/** What an algorithm answers with, or a dependant expects to read. */
export const resultType = z
  .union([z.enum(RESULT_TYPES).transform((type): ResultType => ({ type })), resultObject, avroResult], {
    error: `one of ${RESULT_TYPES.join(', ')}, an object with type, unit, fields, or one with avro`,
  })
  .describe('a type, an object with type, unit and fields, or one with an Avro schema');
