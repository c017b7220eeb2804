import type { DataSource } from 'typeorm';
import type { AlgorithmWork, Summary, WorkQuery } from '../ports.ts';

const EVER = { fromUs: -(2 ** 53), toUs: 2 ** 53 };

const outcomesByAlgorithm = `
  SELECT o.algorithm, o.state, count(*)::float8 AS count, count(d.execution_id)::float8 AS withdrawn
  FROM outcomes o
  LEFT JOIN withdrawals d ON d.slot = o.slot AND d.execution_id = o.execution_id AND d.start_us = o.start_us
  WHERE o.start_us >= $1 AND o.start_us < $2 GROUP BY 1, 2 ORDER BY 1, 2`;

/** Complete: every execution of the revision at which it stands is terminal. */
const windowsByType = `
  SELECT w.window_type AS "windowType", w.state, count(*)::float8 AS count,
    (count(*) FILTER (WHERE done.revision >= w.revision))::float8 AS complete
  FROM windows w LEFT JOIN (
    SELECT slot, window_id, generation, start_us, max(revision) AS revision FROM (
      SELECT slot, window_id, generation, start_us, revision FROM outcomes
      WHERE completes AND start_us >= $1 AND start_us < $2
      UNION ALL SELECT slot, window_id, generation, start_us, revision FROM window_changes
      WHERE kind = 'COMPLETE' AND start_us >= $1 AND start_us < $2
    ) told GROUP BY 1, 2, 3, 4
  ) done USING (slot, window_id, generation, start_us)
  WHERE w.start_us >= $1 AND w.start_us < $2 GROUP BY 1, 2 ORDER BY 1, 2`;

export async function readSummary(
  dataSource: DataSource,
  range: { readonly fromUs?: number; readonly toUs?: number },
): Promise<Summary> {
  const bounds = [range.fromUs ?? EVER.fromUs, range.toUs ?? EVER.toUs];
  const [algorithms, windows] = await Promise.all([
    dataSource.query<(Summary['algorithms'][number] & object)[]>(outcomesByAlgorithm, bounds),
    dataSource.query<(Summary['windows'][number] & object)[]>(windowsByType, bounds),
  ]);
  return { algorithms, windows };
}

interface AgainRow {
  readonly againExecutions: number;
  readonly againCpuMs: number;
  readonly againUnmeasured: number;
}

/** The first run of an algorithm on a window is 0. */
const workByAlgorithm = `
  SELECT algorithm,
    count(*)::float8 AS executions,
    COALESCE(sum(cpu_ms), 0) AS "cpuMs",
    (count(*) FILTER (WHERE cpu_ms IS NULL))::float8 AS unmeasured,
    (count(*) FILTER (WHERE run > 0))::float8 AS "againExecutions",
    COALESCE(sum(cpu_ms) FILTER (WHERE run > 0), 0) AS "againCpuMs",
    (count(*) FILTER (WHERE run > 0 AND cpu_ms IS NULL))::float8 AS "againUnmeasured"
  FROM outcomes
  WHERE window_type = $1 AND known_at_us >= $2 AND known_at_us < $3 AND lane = 'LIVE' AND started_at_us IS NOT NULL
  GROUP BY algorithm ORDER BY algorithm`;

export async function readWork(
  dataSource: DataSource,
  { windowType, fromUs = EVER.fromUs, toUs = EVER.toUs }: WorkQuery,
): Promise<AlgorithmWork[]> {
  const rows = await dataSource.query<(Omit<AlgorithmWork, 'again'> & AgainRow)[]>(workByAlgorithm, [
    windowType,
    fromUs,
    toUs,
  ]);
  return rows.map(({ againExecutions, againCpuMs, againUnmeasured, ...all }) => ({
    ...all,
    again: { executions: againExecutions, cpuMs: againCpuMs, unmeasured: againUnmeasured },
  }));
}
