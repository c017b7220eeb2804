import { fromValue, type ResultValue } from '@windlass/contracts';
import { typedJson } from '../http/result-json.ts';
import type { KnownOutcome } from '../ports.ts';
import { mergeShapes, settled, shapeOf, type Shape } from './shape.ts';

/** A value as a column holds it: timestamps and 64-bit integers are bigint, lists are arrays, structs plain objects. */
export type Cell =
  null | boolean | number | bigint | string | Uint8Array | readonly Cell[] | { readonly [field: string]: Cell };

export interface Column {
  readonly name: string;
  readonly shape: Shape;
  readonly of: (result: KnownOutcome) => Cell;
  /** What its values are in; null: they are in several, or none. */
  readonly unit: string | null;
}

const column = (name: string, shape: Shape, of: Column['of']): Column => ({ name, shape, of, unit: null });
const time = (us: number | null): bigint | null => (us === null ? null : BigInt(us));

/** Every export has these. Times are UTC with microseconds. */
export const plainColumns: readonly Column[] = [
  column('execution_id', 'string', (one) => one.executionId),
  column('window_id', 'string', (one) => one.windowId),
  column('window_type', 'string', (one) => one.windowType),
  column('source', 'string', (one) => one.key),
  column('start_time', 'timestamp', (one) => time(one.startUs)),
  column('end_time', 'timestamp', (one) => time(one.endUs)),
  column('generation', 'int32', (one) => one.generation),
  column('revision', 'int32', (one) => one.revision),
  column('is_final', 'boolean', (one) => one.isFinal),
  column('completeness', 'double', (one) => one.completeness),
  column('dag_revision', 'int64', (one) => BigInt(one.dagRevision)),
  column('policy_revision', 'int64', (one) => BigInt(one.policyRevision)),
  column('lane', 'string', (one) => one.lane),
  column('algorithm', 'string', (one) => one.algorithm),
  column('run', 'int32', (one) => one.run),
  column('attempt', 'int32', (one) => one.attempt),
  column('state', 'string', (one) => one.state),
  column('reason_code', 'string', (one) => one.reason?.code ?? null),
  column('reason_message', 'string', (one) => one.reason?.message ?? null),
  column('stale_input', 'boolean', (one) => one.staleInput),
  column('known_at', 'timestamp', (one) => time(one.knownAtUs)),
  column('started_at', 'timestamp', (one) => time(one.startedAtUs)),
  column('ended_at', 'timestamp', (one) => time(one.endedAtUs)),
  column('cpu_ms', 'double', (one) => one.cpuMs),
  column('processor', 'string', (one) => one.processor),
  column('processor_version', 'string', (one) => one.processorVersion),
  column('instance', 'string', (one) => one.instance),
  column('withdrawn_at', 'timestamp', (one) => time(one.withdrawn?.knownAtUs ?? null)),
  column('withdrawn_reason', 'string', (one) => one.withdrawn?.reason ?? null),
  column('unit', 'string', (one) => one.unit),
  column('result_type', 'string', (one) => (one.result ? kindOf(fromValue(one.result)) : null)),
];

/** Results of one kind share a column, `result_<kind>`. */
export type Kind = 'null' | 'boolean' | 'long' | 'double' | 'string' | 'bytes' | 'list' | 'struct';

export function kindOf(value: ResultValue): Kind {
  const shape = shapeOf(value);
  if (typeof shape === 'string') return shape === 'int64' ? 'long' : shape === 'json' ? 'struct' : (shape as Kind);
  return 'list' in shape ? 'list' : 'struct';
}

/** What the results of an export are like, learned before the first is written. */
export class ResultShapes {
  private readonly kinds = new Map<Kind, { shape: Shape; unit: string | null; isOneUnit: boolean }>();

  learn({ result, unit }: Pick<KnownOutcome, 'result' | 'unit'>): void {
    if (!result) return;
    const value = fromValue(result);
    const kind = kindOf(value);
    const known = this.kinds.get(kind);
    this.kinds.set(kind, {
      shape: known ? mergeShapes(known.shape, shapeOf(value)) : shapeOf(value),
      unit,
      isOneUnit: known ? known.isOneUnit && known.unit === unit : true,
    });
  }

  columns(): Column[] {
    return [...this.kinds]
      .filter(([kind]) => kind !== 'null')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { shape, unit, isOneUnit }]) => {
        const written = settled(shape);
        return {
          name: `result_${kind}`,
          shape: written,
          unit: isOneUnit ? unit : null,
          of: ({ result }) => {
            const value = result && fromValue(result);
            return value === null || kindOf(value) !== kind ? null : cellOf(value, written);
          },
        };
      });
  }
}

/** A value as a column of this shape holds it, which has been learned from it. */
function cellOf(value: ResultValue, shape: Shape): Cell {
  if (value === null) return null;
  if (shape === 'json') return JSON.stringify(typedJson(value));
  if (typeof shape === 'string') return value as Cell;
  if ('list' in shape) {
    if (value instanceof Float64Array && shape.list === 'double') return Array.from(value);
    return Array.from(value as Iterable<ResultValue>, (item) => cellOf(item, shape.list));
  }
  const fields = value as { readonly [field: string]: ResultValue };
  return Object.fromEntries([...shape.struct].map(([name, field]) => [name, cellOf(fields[name] ?? null, field)]));
}
