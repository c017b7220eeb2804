/** One value that differs. `at`: its place, such as `open.sizeUs` or `dependencies[deviation@1].onMissing`. */
export interface ValueChange {
  readonly at: string;
  /** Absent: there was none. */
  readonly before?: unknown;
  /** Absent: there is none. */
  readonly after?: unknown;
}

/** Values told of one change; what differs beyond that is named by `fields` alone. */
const MAX_VALUES = 50;
/** Deeper than this whole values are told. */
const MAX_DEPTH = 6;

/** Where two JSON values differ, each place once, in order of their fields. */
export function valuesBetween(before: object, after: object): ValueChange[] {
  const found: ValueChange[] = [];
  compare({ at: '', before, after }, found, 0);
  return found.slice(0, MAX_VALUES);
}

function compare({ at, before, after }: ValueChange, found: ValueChange[], depth: number): void {
  const [left, right] = [partsOf(before), partsOf(after)];
  if (!left || !right || depth > MAX_DEPTH) {
    if (JSON.stringify(before) !== JSON.stringify(after))
      found.push({ at, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
    return;
  }
  for (const part of new Set([...left.keys(), ...right.keys()]))
    compare(
      { at: `${at}${part}`.replace(/^\./, ''), before: left.get(part), after: right.get(part) },
      found,
      depth + 1,
    );
}

/** Fields of an object, or elements of a list of objects by what names them; undefined: it is told as a whole. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value).map(([field, one]) => [`.${field}`, one]));
  if (value.length === 0 || !value.every((one) => typeof one === 'object' && one !== null)) return undefined;
  const names = value.map((one) => nameOf(one as Readonly<Record<string, unknown>>));
  const isNamed = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return isNamed ? new Map(value.map((one, i) => [`[${names[i]}]`, one as unknown])) : undefined;
}

/** What tells elements of a list apart: an algorithm with its relation, a window type, a name. */
function nameOf({ algorithm, relation, windowType, name }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof algorithm === 'string') return relation ? `${algorithm} ${relationOf(relation)}` : algorithm;
  return [windowType, name].find((one) => typeof one === 'string');
}

const relationOf = (relation: object): string => Object.values(relation).join(' ');
