import type { DataSource } from 'typeorm';
import type { Annotated, Annotation, AnnotationQuery, AnnotationStore, AnnotationTarget } from '../annotations.ts';
import type { AsOf } from '../ports.ts';

interface Row {
  readonly id: string;
  readonly kind: AnnotationTarget['kind'];
  readonly target: string;
  readonly fromUs: number | null;
  readonly toUs: number | null;
  readonly text: string;
  readonly labels: string[];
  readonly author: string;
  readonly team: string;
  readonly notedAtUs: number;
  readonly withdrawnBy: string | null;
  readonly withdrawnAtUs: number | null;
}

const columns = `replace(a.id::text, '-', '') AS id, a.kind, a.target, a.from_us::float8 AS "fromUs", a.to_us::float8 AS "toUs",
  a.text, a.labels, a.author, a.team, a.noted_at_us::float8 AS "notedAtUs", a.withdrawn_by AS "withdrawnBy",
  a.withdrawn_at_us::float8 AS "withdrawnAtUs"`;

/** Said by `$1`, and not withdrawn by then. */
const held = '(a.withdrawn_at_us IS NULL OR a.withdrawn_at_us > $1)';

const findSql = `SELECT ${columns} FROM annotations a
  WHERE a.noted_at_us <= $1 AND ($2 OR ${held})
    AND ($3::text IS NULL OR a.kind = $3) AND ($4::text IS NULL OR a.target = $4) AND ($5::text IS NULL OR $5 = ANY (a.labels))
    AND ($6::bigint IS NULL OR a.to_us IS NULL OR a.to_us > $6) AND ($7::bigint IS NULL OR a.from_us IS NULL OR a.from_us < $7)
    AND ($8::bigint IS NULL OR (a.noted_at_us, a.id) > ($8, $9::uuid))
  ORDER BY a.noted_at_us, a.id LIMIT $10`;

const ofSql = `SELECT replace(r.execution_id::text, '-', '') AS "executionId", ${columns}
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS r (execution_id, window_id, key, start_us, end_us)
  JOIN annotations a ON a.noted_at_us <= $1 AND ${held} AND (
    (a.kind = 'RESULT' AND a.target = replace(r.execution_id::text, '-', ''))
    OR (a.kind = 'WINDOW' AND a.target = r.window_id)
    OR (a.kind = 'SOURCE' AND a.target = r.key AND COALESCE(a.from_us < r.end_us, true) AND COALESCE(a.to_us > r.start_us, true)))
  ORDER BY a.noted_at_us, a.id`;

const NOW = 2 ** 53;

export class PostgresAnnotationStore implements AnnotationStore {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async add({ id, target, text, labels, author, team, notedAtUs }: Annotation): Promise<void> {
    const { fromUs, toUs } = target.kind === 'SOURCE' ? target : { fromUs: null, toUs: null };
    await this.dataSource.query(
      `INSERT INTO annotations (id, kind, target, from_us, to_us, text, labels, author, team, noted_at_us)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, target.kind, target.id, fromUs, toUs, text, labels, author, team, notedAtUs],
    );
  }

  async get(id: string): Promise<Annotation | undefined> {
    const rows = await this.dataSource.query<Row[]>(`SELECT ${columns} FROM annotations a WHERE a.id = $1`, [id]);
    return rows.map(annotationOf)[0];
  }

  async withdraw(id: string, { by, atUs }: { readonly by: string; readonly atUs: number }): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      `WITH done AS (
         UPDATE annotations SET withdrawn_by = $2, withdrawn_at_us = $3 WHERE id = $1 AND withdrawn_at_us IS NULL RETURNING 1
       ) SELECT * FROM done`,
      [id, by, atUs],
    );
    return rows.length > 0;
  }

  async find(query: AnnotationQuery): Promise<readonly Annotation[]> {
    const { kind, id, label, fromUs, toUs, after, asOfUs = NOW, withdrawn, limit } = query;
    const position = [after?.notedAtUs, after?.id];
    const rows = await this.dataSource.query<Row[]>(
      findSql,
      [asOfUs, withdrawn, kind, id, label, fromUs, toUs, ...position, limit].map((value) => value ?? null),
    );
    return rows.map(annotationOf);
  }

  async of(results: readonly Annotated[], { asOfUs = NOW }: AsOf): Promise<ReadonlyMap<string, readonly Annotation[]>> {
    const rows = await this.dataSource.query<(Row & { readonly executionId: string })[]>(ofSql, [
      asOfUs,
      results.map(({ executionId }) => executionId),
      results.map(({ windowId }) => windowId),
      results.map(({ key }) => key),
      results.map(({ startUs }) => startUs),
      results.map(({ endUs }) => endUs),
    ]);
    const found = Map.groupBy(rows, ({ executionId }) => executionId);
    return new Map([...found].map(([executionId, some]) => [executionId, some.map(annotationOf)]));
  }
}

function annotationOf({ id, kind, target, fromUs, toUs, ...row }: Row): Annotation {
  const { text, labels, author, team, notedAtUs, withdrawnBy, withdrawnAtUs } = row;
  return {
    ...{ id, text, labels, author, team, notedAtUs },
    target: kind === 'SOURCE' ? { kind, id: target, fromUs, toUs } : { kind, id: target },
    withdrawn: withdrawnAtUs === null ? null : { by: withdrawnBy!, atUs: withdrawnAtUs },
  };
}
