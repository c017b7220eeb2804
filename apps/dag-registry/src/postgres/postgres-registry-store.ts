import type { AvailabilityPolicy, DagRevision, Ref, RegistryState } from '@windlass/dag';
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
import { select, type Runner } from './select.ts';
import { knownSource, readSources, sourceChanges, sourcePage } from './sources.ts';

const EMPTY: DagRevision = { number: 0, windowTypes: [], processors: [], algorithms: [] };

/** The registry in Postgres. Changes of all instances go one at a time through the lock of the `head` row. */
export class PostgresRegistryStore implements RegistryStore {
  private readonly dataSource: DataSource;
  /** The live revision as it was last read: parsing some MiB for each change would cost more than proving it. */
  private cached = EMPTY;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  read(sources: readonly string[]): Promise<RegistryState> {
    return guarded(() => this.state(this.dataSource, { sources, lock: false }));
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
      return await this.dataSource.transaction(async (tx) => {
        const { entries, answer } = decided(await this.state(tx, { sources, lock: true }));
        await insert(tx, entries);
        const revision = entries.find(({ kind }) => kind === 'REVISION');
        if (revision) await tx.query('UPDATE head SET revision = $1', [revision.number]);
        return answer;
      });
    } catch (error) {
      throw refusal ? refusal.error : storeError(error);
    }
  }

  async revision(number: number): Promise<DagRevision | undefined> {
    if (number === this.cached.number) return this.cached;
    return guarded(async () => (await readRevision(this.dataSource, number)) ?? undefined);
  }

  revisions(limit: number): Promise<readonly RevisionSummary[]> {
    return guarded(async () => {
      const rows = await select<{ number: number; changed_by: string; changed_at_us: string }>(
        this.dataSource,
        "SELECT number, changed_by, changed_at_us FROM registry_entry WHERE kind = 'REVISION' ORDER BY number DESC LIMIT $1",
        [limit],
      );
      return rows.map(({ number, changed_by, changed_at_us }) => ({
        number,
        changedBy: changed_by,
        changedAtUs: Number(changed_at_us),
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

  private async state(
    runner: Runner,
    { sources, lock }: { readonly sources: readonly string[]; readonly lock: boolean },
  ): Promise<RegistryState> {
    const [head] = await select<{ revision: number }>(
      runner,
      lock ? 'SELECT revision FROM head FOR UPDATE' : 'SELECT revision FROM head',
      [],
    );
    const { revision: live } = head!;
    if (this.cached.number !== live) this.cached = (live === 0 ? EMPTY : await readRevision(runner, live))!;
    const revision = this.cached;
    return { revision, policies: await readPolicies(runner), sources: await readSources(runner, sources) };
  }
}

/** A source's number is one more than its highest: the core does not count them. */
async function insert(runner: Runner, entries: readonly StampedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await runner.query(
    `INSERT INTO registry_entry (kind, name, number, body, changed_by, changed_at_us)
     SELECT kind, name, CASE kind WHEN 'SOURCE' THEN 1 + coalesce((SELECT s.number FROM source AS s WHERE s.name = new.name COLLATE "C"), 0) ELSE number END,
            body::json, changed_by, changed_at_us
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[]) WITH ORDINALITY
       AS new (kind, name, number, body, changed_by, changed_at_us, place) ORDER BY place`,
    [
      entries.map(({ kind }) => kind),
      entries.map(({ name }) => name),
      entries.map(({ number }) => number),
      entries.map(({ body }) => body),
      entries.map(({ changedBy }) => changedBy),
      entries.map(({ changedAtUs }) => changedAtUs),
    ],
  );
}

async function readRevision(runner: Runner, number: number): Promise<DagRevision | null> {
  const [row] = await select<{ body: DagRevision }>(
    runner,
    "SELECT body FROM registry_entry WHERE kind = 'REVISION' AND name = $1 AND number = $2",
    [String(number), number],
  );
  return row?.body ?? null;
}

async function readPolicies(runner: Runner): Promise<ReadonlyMap<Ref, AvailabilityPolicy>> {
  const rows = await select<{ name: string; body: AvailabilityPolicy }>(
    runner,
    "SELECT DISTINCT ON (name) name, body FROM registry_entry WHERE kind = 'POLICY' ORDER BY name, number DESC",
    [],
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
