import { parseUnit, toCanonicalForm, ucum } from '@atomic-ehr/ucum';

/** Characters of a unit. */
export const MAX_UNIT_LENGTH = 50;

interface Meaning {
  /** What two units share that measure the same quantity. */
  readonly dimension: string;
  /** Of the unit in base units. */
  readonly magnitude: number;
  /** Tells apart scales with a zero of their own, logarithms, and units that only compare to themselves. */
  readonly scale: string;
}

/** Why this is no unit of the Unified Code for Units of Measure (case-sensitive codes); null: it is one. */
export function unitProblem(code: string): string | null {
  if (code.length > MAX_UNIT_LENGTH) return `a unit of ${code.length} characters; the limit is ${MAX_UNIT_LENGTH}`;
  if (meaningOf(code)) return null;
  const error = firstError(code);
  const meant = error.suggestion === undefined ? '' : ` Did you mean "${error.suggestion}"?`;
  return `"${code}" is no UCUM unit: ${error.message}.${meant}`;
}

function firstError(code: string): { readonly message: string; readonly suggestion?: string } {
  try {
    return ucum.validate(code).errors[0] ?? { message: 'it means nothing' };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

const meanings = new Map<string, Meaning | null>();
/** Units come from documents; do not remember endlessly many. */
const MEANINGS_KEPT = 10_000;

function meaningOf(code: string): Meaning | null {
  const known = meanings.get(code);
  if (known !== undefined) return known;
  if (meanings.size >= MEANINGS_KEPT) meanings.clear();
  const meaning = evaluated(code);
  meanings.set(code, meaning);
  return meaning;
}

function evaluated(code: string): Meaning | null {
  try {
    if (parseUnit(code).errors.length > 0) return null;
    const { dimension, magnitude, specialFunction } = toCanonicalForm(code);
    const powers = Object.entries(dimension)
      .filter(([, power]) => power !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const scale = specialFunction ? JSON.stringify(specialFunction) : ucum.isArbitraryUnit(code) ? code : '';
    return Number.isFinite(magnitude) ? { dimension: JSON.stringify(powers), magnitude, scale } : null;
  } catch {
    return null;
  }
}

/** Factors are products of decimal fractions, so that two ways to the same one differ in their last bits. */
const PRECISION = 1e-9;

/** Whether numbers in one unit are numbers in the other: `L` and `l`, `m/s` and `m.s-1`; texts that are no units, when they are the same. */
export function isSameUnit(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [meaningOf(a), meaningOf(b)];
  if (!left || !right || left.dimension !== right.dimension || left.scale !== right.scale) return false;
  return Math.abs(left.magnitude - right.magnitude) <= PRECISION * Math.abs(left.magnitude);
}

/** Whether both measure the same quantity, so that numbers in one can be converted to the other: `bar` and `kPa`. */
export function isConvertibleUnit(a: string, b: string): boolean {
  const [left, right] = [meaningOf(a), meaningOf(b)];
  return left !== null && right !== null && left.dimension === right.dimension && comparable(left, right);
}

/** Units without a dimension, and arbitrary ones, share it by chance. */
const comparable = (a: Meaning, b: Meaning): boolean => a.dimension !== '[]' || (a.scale === '' && b.scale === '');

/** How numbers in `from` become numbers in `to`, for people: `1 bar = 100 kPa`; empty: they do not. */
export function conversionText(from: string, to: string): string {
  if (!isConvertibleUnit(from, to)) return '';
  const [left, right] = [meaningOf(from)!, meaningOf(to)!];
  if (left.scale !== '' || right.scale !== '') return `${from} can be converted to ${to}`;
  return `1 ${from} = ${Number((left.magnitude / right.magnitude).toPrecision(9))} ${to}`;
}
