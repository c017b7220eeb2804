import type { DataSource } from 'typeorm';
import type { LineageNode, LineageSource, Made, UnknownNode } from '../lineage.ts';
import type { AsOf } from '../ports.ts';
import { ungroupInputs, type InputGroup } from './input-groups.ts';

interface Row extends Omit<LineageNode, 'withdrawn'> {
  readonly groups: readonly InputGroup[] | null;
  readonly inputIds: readonly string[];
  readonly inputWindows: readonly string[];
  readonly openedBy: {
    readonly executionId: string | null;
    readonly windowId: string;
    readonly algorithm: string;
  } | null;
  readonly withdrawnReason: string | null;
  readonly withdrawnAtUs: number | null;
}

const hex = (column: string): string => `replace(${column}::text, '-', '')`;

/** `$1`: the time as of which; all queries have it. */
const run = `
  SELECT ${hex('o.execution_id')} AS "executionId", ${hex('o.window_id')} AS "windowId", o.window_type AS "windowType", o.key,
    o.start_us::float8 AS "startUs", o.end_us::float8 AS "endUs", o.generation, o.revision, o.lane, o.algorithm, o.run, o.attempt,
    o.state, o.dag_revision::float8 AS "dagRevision", o.policy_revision::float8 AS "policyRevision", o.processor,
    o.processor_version AS "processorVersion", o.known_at_us::float8 AS "knownAtUs",
    COALESCE(o.stale_at_us <= $1, false) AS "staleInput", o.input_groups AS groups,
    string_to_array(replace(array_to_string(o.input_execution_ids, ' '), '-', ''), ' ') AS "inputIds",
    string_to_array(replace(array_to_string(o.input_window_ids, ' '), '-', ''), ' ') AS "inputWindows",
    w.opened_by AS "openedBy", d.reason AS "withdrawnReason", d.known_at_us::float8 AS "withdrawnAtUs"
  FROM outcomes o
  LEFT JOIN windows w ON w.slot = o.slot AND w.window_id = o.window_id AND w.generation = o.generation AND w.start_us = o.start_us
  LEFT JOIN withdrawals d
    ON d.slot = o.slot AND d.execution_id = o.execution_id AND d.start_us = o.start_us AND d.known_at_us <= $1`;

const rootSql = `${run} WHERE o.execution_id = $2 AND o.known_at_us <= $1`;

/** Window ids lead to slot and start, and so to the partition. */
const findSql = `${run} WHERE o.known_at_us <= $1 AND (o.slot, o.window_id, o.start_us, o.execution_id) IN (
    SELECT DISTINCT v.slot, v.window_id, v.start_us, asked.execution_id
    FROM unnest($2::uuid[], $3::uuid[]) AS asked (window_id, execution_id) JOIN windows v ON v.window_id = asked.window_id)`;

/** Of the same window by its key; of other windows by the index over inputs; of windows that one of them opened. */
const usersSql = `${run} WHERE o.known_at_us <= $1 AND (
    (o.slot, o.window_id, o.start_us) IN (SELECT v.slot, v.window_id, v.start_us FROM windows v WHERE v.window_id = ANY ($2::uuid[]))
    AND o.input_execution_ids && $3::uuid[])
  UNION ${run} WHERE o.known_at_us <= $1 AND o.other_windows AND o.input_execution_ids && $3::uuid[]
  UNION ${run} WHERE o.known_at_us <= $1 AND (o.slot, o.window_id, o.start_us) IN (
    SELECT v.slot, v.window_id, v.start_us FROM windows v
    WHERE v.opened_by IS NOT NULL AND v.opened_by ->> 'executionId' = ANY ($4::text[]))
  ORDER BY "startUs", "executionId" LIMIT $5`;

export class PostgresLineageSource implements LineageSource {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async root(executionId: string, { asOfUs }: AsOf): Promise<Made | undefined> {
    const [row] = await this.rows(rootSql, asOfUs, [executionId]);
    return row && madeOf(row);
  }

  async find(runs: readonly UnknownNode[], { asOfUs }: AsOf): Promise<readonly Made[]> {
    if (runs.length === 0) return [];
    const ids = [runs.map(({ windowId }) => windowId), runs.map(({ executionId }) => executionId)];
    return (await this.rows(findSql, asOfUs, ids)).map(madeOf);
  }

  async usersOf(
    runs: readonly LineageNode[],
    { asOfUs, limit }: AsOf & { readonly limit: number },
  ): Promise<readonly Made[]> {
    const ids = runs.map(({ executionId }) => executionId);
    const windows = [...new Set(runs.map(({ windowId }) => windowId))];
    return (await this.rows(usersSql, asOfUs, [windows, ids, ids, limit])).map(madeOf);
  }

  private rows(sql: string, asOfUs: number = 2 ** 53, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, [asOfUs, ...parameters]);
  }
}

function madeOf({ groups, inputIds, inputWindows, openedBy, withdrawnReason, withdrawnAtUs, ...node }: Row): Made {
  const inputs = ungroupInputs({ groups: groups ?? [], executionIds: inputIds, windowIds: inputWindows });
  const from = inputs.map(({ relation: use, ...input }): Made['from'][number] => ({ ...input, use }));
  if (openedBy?.executionId) {
    const { executionId, windowId, algorithm } = openedBy;
    from.push({ executionId, windowId, algorithm, use: 'OPENED' });
  }
  return {
    ...node,
    from,
    withdrawn: withdrawnAtUs === null ? null : { reason: withdrawnReason!, knownAtUs: withdrawnAtUs },
  };
}
