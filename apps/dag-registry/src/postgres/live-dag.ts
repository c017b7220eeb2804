import type { AvailabilityPolicy, DagDifference, DagRevision, Ref } from '@windlass/dag';
import type { StampedEntry } from '../ports.ts';
import { EMPTY_REVISION, readRevision, revisionAfter } from './revision-chain.ts';
import { type Runner, select } from './select.ts';

/** The live revision and the policies, as all entries up to `seq` make them. */
export interface LiveDag {
  readonly seq: number;
  readonly revision: DagRevision;
  readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>;
}

type Row = { readonly seq: string } & (
  | { readonly kind: 'REVISION'; readonly name: string; readonly body: DagRevision | DagDifference }
  | { readonly kind: 'POLICY'; readonly name: string; readonly body: AvailabilityPolicy }
);

/**
 * The live DAG as it was last read, brought up to date by what has come since. Entries are committed in the order of `seq`,
 * because whoever adds some holds the lock of the `head` row; so nothing that is read once is ever followed by an entry below it.
 */
export class LiveDagCache {
  private known: LiveDag | undefined;

  /** As it is now: with the `head` row locked that is what a change is made to. The same object while nothing has changed. */
  async read(runner: Runner): Promise<LiveDag> {
    const known = this.known ?? (await readAll(runner));
    const rows = await select<Row>(
      runner,
      "SELECT seq, kind, name, body FROM registry_entry WHERE kind IN ('REVISION', 'POLICY') AND seq > $1 ORDER BY seq",
      [known.seq],
    );
    const now = rows.length === 0 ? known : rows.reduce(after, { ...known, policies: new Map(known.policies) });
    this.keep(now);
    return now;
  }

  /** What was committed just now. */
  keep(now: LiveDag): void {
    if (!this.known || now.seq > this.known.seq) this.known = now;
  }
}

/** What entries of a change that is committed make of the DAG; `revision` is what they lead to. */
export function committed(
  { policies }: LiveDag,
  {
    entries,
    revision,
    seq,
  }: { readonly entries: readonly StampedEntry[]; readonly revision: DagRevision; readonly seq: number },
): LiveDag {
  const changed = entries
    .filter(({ kind }) => kind === 'POLICY')
    .map(({ name, body }): [Ref, AvailabilityPolicy] => [name, JSON.parse(body) as AvailabilityPolicy]);
  return { seq, revision, policies: changed.length === 0 ? policies : new Map([...policies, ...changed]) };
}

function after({ revision, policies }: LiveDag, row: Row): LiveDag {
  const seq = Number(row.seq);
  if (row.kind === 'REVISION') return { seq, revision: revisionAfter(revision, row.body), policies };
  (policies as Map<Ref, AvailabilityPolicy>).set(row.name, row.body);
  return { seq, revision, policies };
}

/** Everything up to one entry: what comes while it is read is left for the next time. */
async function readAll(runner: Runner): Promise<LiveDag> {
  const [last] = await select<{ seq: string; revision: number }>(
    runner,
    `SELECT coalesce(max(seq), 0) AS seq, coalesce(max(number) FILTER (WHERE kind = 'REVISION'), 0) AS revision
     FROM registry_entry WHERE kind IN ('REVISION', 'POLICY')`,
    [],
  );
  const seq = Number(last!.seq);
  const revision = (await readRevision(runner, last!.revision)) ?? EMPTY_REVISION;
  const rows = await select<{ name: string; body: AvailabilityPolicy }>(
    runner,
    `SELECT DISTINCT ON (name) name, body FROM registry_entry WHERE kind = 'POLICY' AND seq <= $1 ORDER BY name, number DESC`,
    [seq],
  );
  return { seq, revision, policies: new Map(rows.map(({ name, body }) => [name, body])) };
}
