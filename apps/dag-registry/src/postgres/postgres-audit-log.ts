import { storeError } from '@windlass/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditKind, AuditChange, AuditEntry } from '../audit.ts';
import type { AuditLog, AuditQuery, NumberedAuditEntry } from '../ports.ts';

/** In the transaction of the change. */
export async function insertAudit(runner: Pick<EntityManager, 'query'>, entry: AuditEntry): Promise<void> {
  const { atUs, who, team, kind, revision, subjects, changes, summary, why } = entry;
  await runner.query(
    `INSERT INTO audit (at_us, who, team, kind, revision_from, revision_to, subjects, changes, summary, why)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [atUs, who, team, kind, revision.from, revision.to, subjects, JSON.stringify(changes), summary, why],
  );
}

interface Row {
  readonly id: string;
  readonly at_us: string;
  readonly who: string;
  readonly team: string;
  readonly kind: AuditKind;
  readonly revision_from: number;
  readonly revision_to: number;
  readonly subjects: readonly string[];
  readonly changes: readonly AuditChange[];
  readonly summary: string;
  readonly why: string | null;
}

export class PostgresAuditLog implements AuditLog {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async entries({
    who,
    kind,
    subject,
    fromUs,
    toUs,
    before,
    limit,
  }: AuditQuery): Promise<readonly NumberedAuditEntry[]> {
    const parameters: unknown[] = [];
    const use = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = [
      ...(who === undefined ? [] : [`who = ${use(who)}`]),
      ...(kind === undefined ? [] : [`kind = ${use(kind)}`]),
      ...(subject === undefined ? [] : [`subjects && ${use(meant(subject))}::text[]`]),
      ...(fromUs === undefined ? [] : [`at_us >= ${use(fromUs)}`]),
      ...(toUs === undefined ? [] : [`at_us < ${use(toUs)}`]),
      ...(before === undefined ? [] : [`id < ${use(before)}`]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    try {
      const rows: Row[] = await this.dataSource.query(
        `SELECT * FROM audit ${where} ORDER BY id DESC LIMIT ${use(limit)}`,
        parameters,
      );
      return rows.map(entryOf);
    } catch (error) {
      throw storeError(error);
    }
  }
}

const KINDS: readonly AuditChange['kind'][] = ['windowType', 'algorithm', 'processor', 'expected', 'policy', 'source'];

/** A name without its kind means all that have it. */
const meant = (subject: string): string[] => [subject, ...KINDS.map((kind) => `${kind}/${subject}`)];

const entryOf = ({ id, at_us, revision_from, revision_to, ...row }: Row): NumberedAuditEntry => ({
  ...row,
  id: Number(id),
  atUs: Number(at_us),
  revision: { from: revision_from, to: revision_to },
});
