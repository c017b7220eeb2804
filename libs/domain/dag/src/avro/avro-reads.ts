import type avro from 'avsc';
import type { ResultType } from '../model.ts';
import { fieldsOf, isNullable, itemsOf, nameOf, namesOf, someOf, valuesOf } from './avro-parts.ts';

/** What may keep a value from being read. */
export interface Unfit {
  readonly text: string;
  /** Every value: it is never read. Else it depends on the value. */
  readonly isSure: boolean;
}

/** What of a plain type a reader's Avro type cannot read, by what SDKs do with the values: they resolve them as Avro does what it has written. */
export function* unfitForAvro(type: avro.Type, written: ResultType, path = ''): Generator<Unfit> {
  const at = path === '' ? '' : `field "${path}": `;
  const reader = someOf(type);
  if (written.type === 'none') {
    if (!isNullable(type) && reader.typeName !== 'null') yield sure(`${at}it is none, not ${nameOf(reader)}`);
    return;
  }
  if (written.optional && path !== '' && !isNullable(type))
    yield sure(`${at}it may be null (optional), and is read as what never is`);
  const verdict = READS[reader.typeName]?.[written.type];
  if (verdict === undefined) yield sure(`${at}it is ${written.type}, not ${nameOf(reader)}`);
  else if (verdict !== '' && !hasDoubles(reader)) yield { text: `${at}${verdict}`, isSure: false };
  if (written.type !== 'struct') return;
  if (reader.typeName === 'map')
    for (const [name, field] of Object.entries(written.fields ?? {}))
      yield* unfitForAvro(valuesOf(reader), field, within(path, name));
  if (reader.typeName === 'record') yield* unfitFields(reader, written, path);
}

function* unfitFields(reader: avro.Type, { fields = {} }: ResultType, path: string): Generator<Unfit> {
  for (const field of fieldsOf(reader)) {
    const given = namesOf(field).find((name) => Object.hasOwn(fields, name));
    const inner = within(path, field.name);
    if (given !== undefined) yield* unfitForAvro(field.type, fields[given]!, inner);
    else if (field.defaultValue() === undefined)
      yield sure(`it has no field "${inner}", which is read and has no default`);
  }
}

const sure = (text: string): Unfit => ({ text, isSure: true });
const within = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

type Plain = Exclude<ResultType['type'], 'none'>;

/** Of a reader's type, which plain types it reads; with a text those of which not every value is read. */
const READS: Readonly<Record<string, Partial<Record<Plain, string>>>> = {
  boolean: { boolean: '' },
  int: { long: 'it is long, of which an int reads what has 32 bits' },
  long: { long: '' },
  float: { double: '', long: '' },
  double: { double: '', long: '' },
  string: { string: '', bytes: 'it is bytes, of which a string reads what is UTF-8' },
  bytes: { bytes: '', string: '' },
  enum: { string: 'it is string, of which an enum reads its symbols' },
  fixed: { bytes: 'it is bytes, of which a fixed reads what has its size' },
  array: { array: 'it is array, which does not say of what' },
  map: { struct: '' },
  record: { struct: '' },
};

/** An array that says nothing is of doubles, as a rule. */
const hasDoubles = (reader: avro.Type): boolean =>
  reader.typeName === 'array' && ['double', 'float'].includes(itemsOf(reader).typeName);
