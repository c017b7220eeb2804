import { avroDifference } from '../avro/avro-fit.ts';
import { type Unfit, unfitForAvro } from '../avro/avro-reads.ts';
import { parseAvro } from '../avro/avro-schema.ts';
import type { ResultType } from '../model.ts';
import { conversionText, isSameUnit } from '../unit.ts';

export interface Difference extends Unfit {
  /** How numbers in the unit that is there become numbers in the one that is asked for. */
  readonly converts?: string;
}

/**
 * Why a result of type `actual` cannot be read as `expected`, or why some of its values may not be; undefined: it can. A plain type is
 * read as it travels; only an Avro schema of the reader's makes the SDK convert.
 */
export function resultDifference(expected: ResultType, actual: ResultType): Difference | undefined {
  let first: Difference | undefined;
  for (const one of differences(expected, actual)) {
    if (one.isSure) return one;
    first ??= one;
  }
  return first;
}

function* differences(expected: ResultType, actual: ResultType): Generator<Difference> {
  if (!expected.avro) return yield* plainDifferences(expected, actual, '');
  const reader = parseAvro(expected.avro);
  if (actual.avro) {
    const text = avroDifference(expected.avro, actual.avro);
    if (text !== undefined) yield { text, isSure: true };
  } else if (reader.ok) yield* unfitForAvro(reader.type, actual);
  yield* unitDifference(expected, actual, '');
}

function* plainDifferences(expected: ResultType, actual: ResultType, field: string): Generator<Difference> {
  const at = field === '' ? '' : `field "${field}": `;
  if (expected.type === 'double' && actual.type === 'long')
    yield { text: `${at}it is long, which not every SDK reads as a double`, isSure: false };
  else if (expected.type !== actual.type)
    return yield { text: `${at}it is ${actual.type}, not ${expected.type}`, isSure: true };
  if (field !== '' && actual.optional && !expected.optional)
    yield { text: `${at}it may be null (optional), and is read as what never is`, isSure: true };
  yield* unitDifference(expected, actual, at);
  for (const [name, type] of Object.entries(expected.fields ?? {})) {
    const inner = field === '' ? name : `${field}.${name}`;
    const found = actual.fields?.[name];
    if (found) yield* plainDifferences(type, found, inner);
    else yield { text: `it has no field "${inner}"`, isSure: true };
  }
}

function* unitDifference(expected: ResultType, actual: ResultType, at: string): Generator<Difference> {
  if (expected.unit === undefined) return;
  if (actual.unit !== undefined && isSameUnit(expected.unit, actual.unit)) return;
  yield {
    text: `${at}its unit is ${actual.unit ?? 'not declared'}, not ${expected.unit}`,
    isSure: true,
    converts: actual.unit === undefined ? '' : conversionText(actual.unit, expected.unit),
  };
}
