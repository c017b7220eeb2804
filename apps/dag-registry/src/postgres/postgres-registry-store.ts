import type { DagRevision, RegistryState } from '@windlass/dag';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type {
  Decision,
  KnownSource,
  RegistryStore,
  RevisionSummary,
  SourceChange,
  SourcePage,
  SourceQuery,
  StampedEntry,
} from '../ports.ts';
import { committed, LiveDagCache } from './live-dag.ts';
import { readRevision } from './revision-chain.ts';
import { type Runner, select } from './select.ts';
import { knownSource, readSources, sourceChanges, sourcePage } from './sources.ts';

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

  async change<T>(sources: readonly string[], decide: (state: RegistryState) => Decision<T>): Promise<T> {
    // What the decision throws is not Postgres's trouble, and is not told as such.
    let refusal: { readonly error: unknown } | undefined;
    const decided = (state: RegistryState): Decision<T> => {
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
        const { revision: live, policies } = before;
        const decision = decided({ revision: live, policies, sources: await readSources(tx, sources) });
        const { entries, revision } = decision;
        const seq = await insert(tx, entries);
        if (revision.number !== live.number) await tx.query('UPDATE head SET revision = $1', [revision.number]);
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

  sources(query: SourceQuery): Promise<SourcePage> {
    return guarded(() => sourcePage(this.dataSource, query));
  }

  source(name: string): Promise<KnownSource | undefined> {
    return guarded(() => knownSource(this.dataSource, name));
  }

  sourceChanges(
    name: string,
    query: { readonly before: number; readonly limit: number },
  ): Promise<readonly SourceChange[]> {
    return guarded(() => sourceChanges(this.dataSource, name, query));
  }
}

/** A source's number is one more than its highest: the core does not count them. @returns the last `seq`. */
async function insert(runner: Runner, entries: readonly StampedEntry[]): Promise<number | undefined> {
  if (entries.length === 0) return undefined;
  const rows = await select<{ seq: string }>(
    runner,
    `INSERT INTO registry_entry (kind, name, number, body, changed_by, changed_at_us, why)
     SELECT kind, name, CASE kind WHEN 'SOURCE' THEN 1 + coalesce((SELECT s.number FROM source AS s WHERE s.name = new.name COLLATE "C"), 0) ELSE number END,
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

/** The world's trouble as a retryable error (HTTP 503). */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error);
  }
}
