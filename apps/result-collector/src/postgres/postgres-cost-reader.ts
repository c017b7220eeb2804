import type { DataSource } from 'typeorm';
import type { CostQuery, CostReader, CostRow } from '../cost.ts';

/** The first run of an algorithm on a window is 0. Panes are looked at only for reruns. */
const costSql = `
  SELECT floor(o.known_at_us / 86400000000.0)::float8 AS day, o.algorithm, o.processor, o.window_type AS "windowType",
    o.policy_revision::float8 AS "policyRevision", o.lane,
    count(*)::float8 AS executions,
    sum(o.attempt)::float8 AS attempts,
    COALESCE(sum(o.cpu_ms), 0) AS "cpuMs",
    (count(*) FILTER (WHERE o.cpu_ms IS NULL))::float8 AS unmeasured,
    COALESCE(sum(octet_length(o.result)), 0)::float8 AS "resultBytes",
    (count(*) FILTER (WHERE o.run > 0))::float8 AS reruns,
    (count(*) FILTER (WHERE o.run > 0 AND EXISTS (
      SELECT 1 FROM panes p WHERE p.slot = o.slot AND p.window_id = o.window_id AND p.generation = o.generation
        AND p.revision = o.revision AND p.start_us = o.start_us AND p.timing = 'LATE')))::float8 AS "lateReruns"
  FROM outcomes o
  WHERE o.known_at_us >= $1 AND o.known_at_us < $2 AND o.started_at_us IS NOT NULL
    AND ($3::text IS NULL OR o.window_type = $3) AND ($4::text IS NULL OR o.algorithm = $4)
  GROUP BY 1, 2, 3, 4, 5, 6`;

export class PostgresCostReader implements CostReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  cost({ fromUs, toUs, windowType, algorithm }: CostQuery): Promise<readonly CostRow[]> {
    return this.dataSource.query<CostRow[]>(costSql, [fromUs, toUs, windowType ?? null, algorithm ?? null]);
  }
}
