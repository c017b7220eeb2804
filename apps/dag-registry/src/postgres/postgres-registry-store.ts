import {
  type DagRevision,
  type Hold,
  holdName,
  type HoldState,
  type HoldSubject,
  type RegistryState,
  type Source,
} from '@windlass/dag';
import { storeError } from '@windlass/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import type { Decision, RegistryStore, RevisionSummary, SourcePage, StampedEntry } from '../ports.ts';
import { committed, type LiveDag, LiveDagCache } from './live-dag.ts';
import { insertAudit } from './postgres-audit-log.ts';
import { readRevision } from './revision-chain.ts';
import { type Runner, select } from './select.ts';

/** The registry in Postgres. Changes of all instances go one at a time through the lock of the `head` row. */
export class PostgresRegistryStore implements RegistryStore {
  private readonly dataSource: DataSource;
  private readonly live = new LiveDagCache();

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  read(sources: readonly string[]): Promise<RegistryState> {
    return guarded(async () => {
      const { revision, policies } = await this.live.read(this.dataSource);
      return { revision, policies, sources: await readSources(this.dataSource, sources) };
    });
  }

  change<T>(sources: readonly string[], decide: (state: RegistryState) => Decision<T>): Promise<T> {
    const read = async ({ revision, policies }: LiveDag, tx: EntityManager): Promise<RegistryState> => ({
      ...{ revision, policies },
      sources: await readSources(tx, sources),
    });
    return this.deciding(read, decide);
  }

  changeHold<T>(subject: HoldSubject, decide: (state: HoldState) => Decision<T>): Promise<T> {
    const read = async ({ revision }: LiveDag, tx: EntityManager): Promise<HoldState> => ({
      revision,
      hold: await readHold(tx, subject),
    });
    return this.deciding(read, decide);
  }

  holds(): Promise<readonly Hold[]> {
    return guarded(() => readHolds(this.dataSource));
  }

  async revision(number: number): Promise<DagRevision | undefined> {
    return guarded(async () => {
      const { revision } = await this.live.read(this.dataSource);
      return number === revision.number ? revision : readRevision(this.dataSource, number);
    });
  }

  revisions(limit: number): Promise<readonly RevisionSummary[]> {
    return guarded(async () => {
      const rows = await select<{ number: number; changed_by: string; changed_at_us: string; why: string | null }>(
        this.dataSource,
        "SELECT number, changed_by, changed_at_us, why FROM registry_entry WHERE kind = 'REVISION' ORDER BY number DESC LIMIT $1",
        [limit],
      );
      return rows.map(({ number, changed_by, changed_at_us, why }) => ({
        number,
        changedBy: changed_by,
        changedAtUs: Number(changed_at_us),
        why,
      }));
    });
  }

  sources({
    after,
    limit,
    kind,
  }: {
    readonly after: string;
    readonly limit: number;
    readonly kind?: string;
  }): Promise<SourcePage> {
    return guarded(async () => {
      const rows = await select<{ body: Source }>(
        this.dataSource,
        `SELECT body FROM (
           SELECT DISTINCT ON (name) name, body FROM registry_entry WHERE kind = 'SOURCE' AND name > $1 ORDER BY name, number DESC
         ) AS latest WHERE $2::text IS NULL OR body ->> 'kind' = $2 ORDER BY name LIMIT $3`,
        [after, kind ?? null, limit + 1],
      );
      const sources = rows.slice(0, limit).map(({ body }) => body);
      return { sources, next: rows.length > limit ? sources.at(-1)!.name : null };
    });
  }

  /** Reads with the lock of the `head` row, and stores what is decided. */
  private async deciding<S, T>(
    read: (live: LiveDag, tx: EntityManager) => Promise<S>,
    decide: (state: S) => Decision<T>,
  ): Promise<T> {
    // What the decision throws is not Postgres's trouble, and is not told as such.
    let refusal: { readonly error: unknown } | undefined;
    const decided = (state: S): Decision<T> => {
      try {
        return decide(state);
      } catch (error) {
        refusal = { error };
        throw error;
      }
    };
    try {
      const { answer, after } = await this.dataSource.transaction(async (tx) => {
        await tx.query('SELECT revision FROM head FOR UPDATE');
        const before = await this.live.read(tx);
        const decision = decided(await read(before, tx));
        const { entries, revision, audit } = decision;
        const seq = await insert(tx, entries);
        if (audit) await insertAudit(tx, audit);
        if (revision.number !== before.revision.number)
          await tx.query('UPDATE head SET revision = $1', [revision.number]);
        return {
          answer: decision.answer,
          after: seq === undefined ? before : committed(before, { entries, revision, seq }),
        };
      });
      this.live.keep(after);
      return answer;
    } catch (error) {
      throw refusal ? refusal.error : storeError(error);
    }
  }
}

/** A source's number is one more than its highest: the core does not count them. @returns the last `seq`. */
async function insert(runner: Runner, entries: readonly StampedEntry[]): Promise<number | undefined> {
  if (entries.length === 0) return undefined;
  const rows = await select<{ seq: string }>(
    runner,
    `INSERT INTO registry_entry (kind, name, number, body, changed_by, changed_at_us, why)
     SELECT kind, name, CASE kind WHEN 'SOURCE' THEN 1 + (SELECT coalesce(max(e.number), 0) FROM registry_entry AS e WHERE e.kind = 'SOURCE' AND e.name = new.name) ELSE number END,
            body::json, changed_by, changed_at_us, why
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[], $7::text[]) WITH ORDINALITY
       AS new (kind, name, number, body, changed_by, changed_at_us, why, place) ORDER BY place
     RETURNING seq`,
    [
      entries.map(({ kind }) => kind),
      entries.map(({ name }) => name),
      entries.map(({ number }) => number),
      entries.map(({ body }) => body),
      entries.map(({ changedBy }) => changedBy),
      entries.map(({ changedAtUs }) => changedAtUs),
      entries.map(({ why }) => why ?? null),
    ],
  );
  return Math.max(...rows.map(({ seq }) => Number(seq)));
}

async function readHold(runner: Runner, subject: HoldSubject): Promise<Hold | undefined> {
  const [row] = await select<{ body: Hold }>(
    runner,
    "SELECT body FROM registry_entry WHERE kind = 'HOLD' AND name = $1 ORDER BY number DESC LIMIT 1",
    [holdName(subject)],
  );
  return row?.body;
}

async function readHolds(runner: Runner): Promise<Hold[]> {
  const rows = await select<{ body: Hold }>(
    runner,
    "SELECT DISTINCT ON (name) body FROM registry_entry WHERE kind = 'HOLD' ORDER BY name, number DESC",
    [],
  );
  return rows.map(({ body }) => body).filter(({ mode }) => mode !== null);
}

async function readSources(runner: Runner, names: readonly string[]): Promise<ReadonlyMap<string, Source>> {
  if (names.length === 0) return new Map();
  const rows = await select<{ name: string; body: Source }>(
    runner,
    "SELECT DISTINCT ON (name) name, body FROM registry_entry WHERE kind = 'SOURCE' AND name = ANY ($1::text[]) ORDER BY name, number DESC",
    [names],
  );
  return new Map(rows.map(({ name, body }) => [name, body]));
}

/** The world's trouble as a retryable error (HTTP 503). */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error);
  }
}
